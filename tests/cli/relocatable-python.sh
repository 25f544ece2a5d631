# SPDX-License-Identifier: GPL-3.0-or-later
# Python with NumPy and its child processes run from a relocatable pack; signals and exit statuses arrive.
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
for engine in "" userns proot fakechroot; do
  expect_status 5 "${as_user[@]}" GUIX_EXECUTION_ENGINE=$engine sh "$work/run.sh" "$work/probe.py"
done
expect_status 5 without_namespaces sh "$work/run.sh" "$work/probe.py"
expect_status 1 without_namespaces env GUIX_EXECUTION_ENGINE=userns opt/bin/python3 -c ''
expect_in "$work/err" "creating a user namespace"

# If nothing else works, file names are rewritten: nothing traces the program, and no other program sees its store.
cat > "$work/moved.py" <<'PY'
import ctypes, os, subprocess, sys
status = dict(line.rstrip("\n").split(":\t", 1) for line in open("/proc/self/status"))
assert status["TracerPid"] == "0", status
assert status["Name"].startswith("python3"), status
store = sys.argv[1] + "/gnu/store"
own_file = os.readlink("/proc/self/exe")
assert own_file.startswith("/gnu/store/"), own_file
assert os.path.samefile(own_file, store + own_file[len("/gnu/store"):])
assert sorted(os.listdir("/gnu/store")) == sorted(os.listdir(store))
assert subprocess.call(["test", "-e", own_file]) == 1
assert subprocess.call(["test", "-e", sys.argv[1] + "/opt/bin/python3"]) == 0
environment = subprocess.check_output(["env"], text=True)
assert "NACRE" not in environment and "LD_" not in environment, environment
# Links that lead to /gnu/store, of the profile, and of one's own.
profile = os.environ["GUIX_PYTHONPATH"].split("/lib/")[0]
link = os.environ["HOME"] + "/link"
os.symlink(profile + "/bin/python3", link)
os.symlink(profile + "/lib/libpython3.9.so", os.environ["HOME"] + "/libprobe.so")
for python in link, profile + "/bin/python3", "/proc/self/exe", sys.executable:
    assert subprocess.check_output([python, "-c", "print(1)"], env={}) == b"1\n", python
# Libraries: by such a link, and by the variable.
ctypes.CDLL(profile + "/lib/libpython3.9.so")
subprocess.check_call([sys.executable, "-c", "import ctypes; ctypes.CDLL('libprobe.so')"],
                      env={"LD_LIBRARY_PATH": "/none:" + os.environ["HOME"]})
os.chdir(profile + "/lib")
assert os.path.exists("python3.9/site-packages/numpy/core")
# A script of the pack, and programs by their names in $PATH.
process = os.posix_spawn(profile + "/bin/pydoc3", ["pydoc3", "-h"], os.environ)
assert os.waitpid(process, 0)[1] == 0
os.environ["PATH"] = profile + "/bin:" + os.environ["PATH"]
process = os.posix_spawnp("python3", ["python3", "-c", "raise SystemExit(9)"], os.environ)
assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9
for name, error in ("/gnu/store/" + "x" * 4090, 36), ("/gnu/store/none", 2), (own_file + "/x", 20):
    try:
        open(name)
        raise AssertionError(name)
    except OSError as exception:
        assert exception.errno == error, exception
os.execvp("pydoc3", ["pydoc3", "os.getpid"])
PY
chmod 644 "$work/moved.py"
mkdir "$work/writable"
chmod 777 "$work/writable"
for engine in performance fakechroot; do
  rm -f "$work"/writable/*
  expect_status 0 without_namespaces env HOME="$work/writable" GUIX_EXECUTION_ENGINE=$engine \
    sh "$work/run.sh" "$work/moved.py"
  expect_in "$work/out" "Return the current process id."
done

# Where there is a store at /gnu/store already, as in the view of another pack, both are seen.
other=$(nacre pack -R -C none -S /opt/bin=bin hello)
unpack other "$other"
cd ../fallback
expect_status 0 "${as_user[@]}" opt/bin/python3 -c 'import subprocess, sys
print(subprocess.check_output("../other/opt/bin/hello"))'
expect_in "$work/out" "Hello, world!"

# terminated COMMAND…: sends it a signal, and prints its exit status.
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
terminated GUIX_EXECUTION_ENGINE=fakechroot opt/bin/python3
cd "$work"

# An AppImage sets the variables by itself.
appimage=$(nacre pack -f appimage -C zstd --entry-point=bin/python3 python python-numpy)
expect_status 0 "$appimage" -c 'import numpy, os, subprocess
print(numpy.arange(4).sum(), os.path.exists(os.environ["APPDIR"] + "/AppRun"))
print(subprocess.check_output(["python3", "-c", "import numpy; print(numpy.__file__)"]))'
expect_in out "6 True"
expect_in out "/site-packages/numpy/"
