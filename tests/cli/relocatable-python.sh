# SPDX-License-Identifier: GPL-3.0-or-later
# Python with NumPy runs from a relocatable pack, and what it starts; signals and exit statuses arrive.
. "$(dirname "$0")/lib.sh"
. "$NACRE_SOURCE/tests/cli/relocatable-lib.sh"

cat > "$work/probe.py" <<'PY'
import os, signal, subprocess, sys
import numpy
assert sys.executable.startswith(("/gnu/store/", sys.argv[1])), sys.executable
assert os.getcwd() == sys.argv[1], os.getcwd()
assert os.path.exists("/usr/bin/env")
# By its name in the pack, by its name in the store, and by way of a shell.
for python in (sys.argv[1] + "/opt/bin/python3", os.path.realpath("/proc/self/exe")):
    output = subprocess.check_output([python, "-c", "import numpy; print(numpy.arange(4).sum())"])
    assert output == b"6\n", output
assert subprocess.call(["sh", "-c", "exit 7"]) == 7
assert subprocess.call(["sh", "-c", "kill -TERM $$"]) == -signal.SIGTERM
sys.exit(5)
PY
chmod 644 "$work/probe.py"
pack=$(nacre pack -RR -C none -S /opt/bin=bin -S /opt/etc=etc python python-numpy)
unpack fallback "$pack"
cat > "$work/run.sh" <<'SH'
. opt/etc/profile
PATH=/usr/bin:/bin
opt/bin/python3 "$1" "$PWD"
SH
chmod 644 "$work/run.sh"
for engine in "" userns proot; do
  expect_status 5 "${as_user[@]}" GUIX_EXECUTION_ENGINE=$engine sh "$work/run.sh" "$work/probe.py"
done
expect_status 5 without_namespaces sh "$work/run.sh" "$work/probe.py"
expect_status 1 without_namespaces env GUIX_EXECUTION_ENGINE=userns opt/bin/python3 -c ''
expect_in "$work/err" "creating a user namespace"
expect_status 1 "${as_user[@]}" GUIX_EXECUTION_ENGINE=fakechroot opt/bin/python3 -c ''
expect_in "$work/err" "hint: it has default, performance, userns, proot"

# Where there is a store at /gnu/store already, as in the view of another pack, both are seen.
other=$(nacre pack -R -C none -S /opt/bin=bin hello)
unpack other "$other"
cd ../fallback
expect_status 0 "${as_user[@]}" opt/bin/python3 -c 'import subprocess, sys
print(subprocess.check_output("../other/opt/bin/hello"))'
expect_in "$work/out" "Hello, world!"

# terminated COMMAND…: it gets a signal, and this tells with what status it ends.
terminated() {
  rm -f "$work/ready"
  "${as_user[@]}" "$@" -c 'import time; print("ready", flush=True); time.sleep(60)' > "$work/ready" &
  local process=$! status=0
  until [ -s "$work/ready" ]; do sleep 0.05; done
  kill -TERM $process
  wait $process || status=$?
  [ "$status" = 143 ] || fail "a program that was terminated ends with status $status"
}
terminated opt/bin/python3
terminated GUIX_EXECUTION_ENGINE=proot opt/bin/python3
cd "$work"

# An AppImage sets the variables by itself.
appimage=$(nacre pack -f appimage -C zstd --entry-point=bin/python3 python python-numpy)
expect_status 0 "$appimage" -c 'import numpy, os, subprocess
print(numpy.arange(4).sum(), os.path.exists(os.environ["APPDIR"] + "/AppRun"))
print(subprocess.check_output(["python3", "-c", "import numpy; print(numpy.__file__)"]))'
expect_in out "6 True"
expect_in out "/site-packages/numpy/"
