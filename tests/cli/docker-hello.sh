# SPDX-License-Identifier: GPL-3.0-or-later
# podman loads the image of hello and runs it.
. "$(dirname "$0")/lib.sh"
command -v podman > /dev/null || exit 77
pack=$(nacre pack -f docker -S /bin=bin --entry-point=bin/hello --image-tag=nacre-test-hello hello)
podman load --quiet --input "$pack" > out
expect_in out "nacre-test-hello"
bash "$NACRE_SOURCE/scripts/run-image.sh" nacre-test-hello:latest > out
expect_in out "Hello, world!"
podman rmi nacre-test-hello:latest > /dev/null
