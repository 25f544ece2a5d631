# SPDX-License-Identifier: GPL-3.0-or-later
# The examples that were Dockerfiles: they run in podman with a read-only root, as their user, and are healthy.
. "$(dirname "$0")/lib.sh"
command -v podman > /dev/null || exit 77
export NACRE NACRE_ROOT=$ROOT
examples=$NACRE_SOURCE/examples

podman load --quiet --input "$(sh "$examples/data-job/pack.sh")" > out
expect_in out "data-job"
run() { bash "$NACRE_SOURCE/scripts/run-image.sh" --read-only --entrypoint "$@"; }
run /bin/python3 data-job:latest -c '
import os, runpy, sys
sys.argv = ["/job.py"]
runpy.run_path("/job.py", run_name="__main__")
print(os.getuid(), open("/results/line.csv").read().strip())
try:
    open("/job.py", "a")
except OSError:
    print("the root is read-only")' > out 2> err || fail "$(cat out err)"
expect_in out "1600 2.000000,1.000000"
expect_in out "the root is read-only"
podman rmi data-job:latest > /dev/null

podman load --quiet --input "$(sh "$examples/web-service/pack.sh")" > out
expect_in out "web-service"
podman image inspect --format '{{json .Config}}' web-service:latest > config
expect_in config '"StopSignal":"SIGINT"'
expect_in config '"User":"app"'
run /bin/python3 web-service:latest -c '
import os, subprocess, time, urllib.request
service = subprocess.Popen(["/bin/python3", "/service.py"])
def get(path):
    for attempt in range(200):
        try:
            return urllib.request.urlopen("http://127.0.0.1:8080" + path).read().decode().strip()
        except OSError:
            time.sleep(0.1)
print(get("/health"), get("/"), get("/"), sep="; ")
service.send_signal(2)
print("status", service.wait())' > out 2> err || fail "$(cat out err)"
expect_in out "healthy; visit 1, served by user 1500; visit 2, served by user 1500"
expect_in out "status 0"

# As a service in the background; status 125 if podman cannot start it in this way.
cat > service.sh <<'SH'
trap 'podman rm --force --volumes nacre-test-web > /dev/null 2>&1' EXIT
podman run --detach --name=nacre-test-web --read-only --network=none web-service:latest > run.log 2>&1 || exit 125
for attempt in $(seq 100); do
  podman healthcheck run nacre-test-web > health 2>&1 && break
  [ "$attempt" -lt 100 ] || exit 1
  sleep 0.2
done
podman stop nacre-test-web > /dev/null
podman inspect --format '{{.State.ExitCode}}' nacre-test-web
SH
bash service.sh > out && status=0 || status=$?
if [ $status = 125 ] && [ "$(id -u)" = 0 ]; then
  printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]\n[engine]\ncgroup_manager = "cgroupfs"\n' \
    > containers.conf
  CONTAINERS_CONF=$PWD/containers.conf unshare -m sh -c 'umount /sys/fs/cgroup/unified; exec bash service.sh' \
    > out && status=0 || status=$?
fi
if [ $status = 125 ]; then
  echo "podman cannot start a service here: $(cat run.log)"
else
  [ $status = 0 ] || fail "it is not healthy: $(cat health)"
  [ "$(cat out)" = 0 ] || fail "SIGINT did not end it well: $(cat out)"
fi
podman rmi web-service:latest > /dev/null
