# SPDX-License-Identifier: GPL-3.0-or-later
# An image with Bash has 'sh', at the place that programs and RUN expect.
. "$(dirname "$0")/lib.sh"
command -v podman > /dev/null || exit 77
pack=$(nacre pack -f docker -S /bin=bin --image-tag=nacre-test-shell bash)
podman load --quiet --input "$pack" > out
bash "$NACRE_SOURCE/scripts/run-image.sh" nacre-test-shell:latest /bin/sh -c 'echo "$((6 * 7))"' > out
expect_in out "42"
bash "$NACRE_SOURCE/scripts/run-image.sh" nacre-test-shell:latest sh -c 'echo "$0"' > out
expect_in out "sh"
podman rmi nacre-test-shell:latest > /dev/null
