# SPDX-License-Identifier: GPL-3.0-or-later
# 'nacre shell --container': what a command sees of the machine, and that it runs as without a container.
. "$(dirname "$0")/lib.sh"
unshare -Urm true 2> /dev/null || exit 77
export XDG_RUNTIME_DIR=$work/run
mkdir -m 700 run

cat > tool.scm <<'SCM'
(use-modules (guix packages) (guix gexp) (guix build-system trivial))
(package
  (name "tool") (version "1") (source #f)
  (build-system trivial-build-system)
  (arguments
   (list #:builder
         #~(begin
             (mkdir #$output) (mkdir (string-append #$output "/bin"))
             (call-with-output-file (string-append #$output "/bin/tool")
               (lambda (port)
                 (display "#!/bin/sh\necho tool \"$@\"\n" port)
                 (chmod port #o755))))))
  (synopsis "") (description "") (home-page "") (license #f))
SCM
inside() { nacre shell -C -f tool.scm "$@"; }
# in_sh 'CODE' OPTION…: what the container's shell prints.
in_sh() {
  local code=$1
  shift
  inside "$@" -- /bin/sh -c "$code"
}

[ "$(inside -- tool x)" = "tool x" ] || fail "the command did not run"
profile=$(in_sh 'echo $GUIX_ENVIRONMENT')

# Nothing of the machine but the working directory; of the store, only what the environment needs.
[ "$(in_sh '[ -e /usr ] || [ -e /lib ] || [ -e /root ] || echo none')" = none ] || fail "system directories are seen"
bash=$(in_sh 'IFS=:; while read -r n x u g r h s; do echo "$s"; break; done < /etc/passwd')
needed=$(nacre gc -R "$profile" "${bash%/bin/sh}" | sed 's|.*/||' | sort)
[ "$(in_sh 'cd /gnu/store; for i in *; do echo $i; done' | sort)" = "$needed" ] || fail "other items are seen"
in_sh 'echo kept > made-inside'
[ "$(cat made-inside)" = kept ] || fail "the working directory is not shared"
in_sh '[ ! -e tool.scm ] && [ "$PWD" = "$HOME" ]' --no-cwd || fail "--no-cwd shares it"
expect_status 1 in_sh 'echo > /file'
expect_in err "Read-only file system"
in_sh 'echo > /file; echo > /tmp/file; echo > $HOME/file; echo > /dev/shm/file' --writable-root
expect_status 1 in_sh "echo > $profile/file"
[ "$(in_sh 'echo $LOST')" = "" ] || fail "variables are passed on"
[ "$(LOST=1 in_sh 'echo $LOST' -E LOST)" = 1 ] || fail "--preserve is ignored"

# What is shared.
mkdir data data/below
echo text > data/file
[ "$(in_sh 'read x < /mnt/d/file; echo $x' --no-cwd --expose="$work/data=/mnt/d")" = text ] || fail "--expose"
expect_status 1 in_sh 'echo > /mnt/d/below/x' --no-cwd --expose="$work/data=/mnt/d"
in_sh 'echo > /mnt/d/below/x' --no-cwd --share="$work/data=/mnt/d"
[ -e data/below/x ] || fail "--share is not writable"
[ "$(in_sh 'read x < /f; echo $x' --expose="$work/data/file=/f")" = text ] || fail "a file is not exposed"
expect_status 1 inside --expose="$work/missing" -- true
expect_in err "does not exist"
expect_status 1 inside --share="$work/data=relative" -- true
expect_in err "is not what --share takes"
# A link that lies where a share is to be does not lead it elsewhere.
ln -s /etc data/link
expect_status 1 inside --share="$work/data=/mnt/d" --share="$work/data=/mnt/d/link/x" -- true
expect_in err "is a symbolic link"

# Users, links.
[ "$(in_sh 'echo $USER $HOME; cd; pwd' --user=somebody)" = "somebody /home/somebody
/home/somebody" ] || fail "--user"
[ "$(in_sh 'while IFS=: read -r n x u g r; do echo $n $u; done < /etc/passwd' --user=somebody)" = "somebody 1000" ] ||
  fail "--user is not in /etc/passwd"
[ "$(in_sh '/usr/bin/tool b' -S /usr/bin/tool=bin/tool)" = "tool b" ] || fail "--symlink"
expect_status 1 inside -S /usr/bin/x=../../etc -- true
expect_in err "is not a link that --symlink can make"
[ "$(in_sh '[ -e ~/.guix-profile/bin/tool ] && echo $GUIX_ENVIRONMENT' -P --no-cwd)" = "$HOME/.guix-profile" ] ||
  fail "--link-profile"

nacre shell -f tool.scm -r profile-link -- tool > /dev/null
[ "$(nacre shell -C -p profile-link -- /bin/sh -c tool)" = tool ] || fail "--profile has no shell in a container"

# It runs as without a container: exit status, signals, input.
expect_status 7 in_sh 'exit 7'
expect_status 137 in_sh 'kill -KILL $$'
[ "$(echo word | in_sh 'read x; echo $x')" = word ] || fail "standard input is lost"
expect_status 127 inside -- toool
expect_in err "did you mean 'tool'?"
expect_status 143 timeout --preserve-status -s TERM 3 "$NACRE" --root "$ROOT" shell -C -f tool.scm -- /bin/sh -c 'read x < /dev/zero'
# The command is not process 1, which reaps what it leaves behind.
[ "$(in_sh 'echo $$')" != 1 ] || fail "the command is process 1"
in_sh '(/bin/sh -c : & ) ; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done
       for s in /proc/[0-9]*/stat; do read -r p n state rest < $s; [ "$state" != Z ] || exit 1; done' ||
  fail "a zombie is left"
# Killed, it leaves nothing.
"$NACRE" --root "$ROOT" shell -C -f tool.scm -- /bin/sh -c "echo > $work/started; while :; do :; done" &
pid=$!
while [ ! -e started ]; do sleep 0.1; done
kill -KILL $pid
wait $pid 2> /dev/null || true
for _ in $(seq 50); do
  pgrep -f "$work/started" > /dev/null || break
  sleep 0.1
done
! pgrep -f "$work/started" > /dev/null || fail "the command survives"

# No network but its own loopback; with -N, the host's.
in_sh 'read -r line < /proc/net/dev; while IFS=: read -r name rest; do case $name in *lo|*\|*) ;; *) exit 1;; esac; done < /proc/net/dev' ||
  fail "there is a network"
[ "$(in_sh 'n=0; while read -r l; do n=$((n+1)); done < /proc/net/dev; echo $n' -N)" = "$(wc -l < /proc/net/dev)" ] ||
  fail "-N has another network"
in_sh '[ -e /etc/resolv.conf ]' -N || [ ! -e /etc/resolv.conf ] || fail "-N cannot look names up"

# Devices that a file describes.
mkdir cdi
echo hello > device
cat > cdi/toy.json <<JSON
{"cdiVersion": "0.6.0", "kind": "example.org/toy",
 "devices": [{"name": "one", "containerEdits": {
   "env": ["TOY=blue"], "deviceNodes": [{"path": "/dev/toy", "hostPath": "/dev/zero"}],
   "mounts": [{"hostPath": "$work/device", "containerPath": "/opt/toy/data", "options": ["ro"]}]}}]}
JSON
export NACRE_CDI_PATH=$work/cdi
[ "$(in_sh 'read x < /opt/toy/data; [ -c /dev/toy ] && echo $TOY $x' --device=example.org/toy=one)" = "blue hello" ] ||
  fail "the device is not there"
expect_status 1 inside --device=example.org/toy=two -- true
expect_in err "no file describes the device"
expect_in err "example.org/toy=one"

# One container for two: shared memory, processes; it is gone with the last.
job() { nacre shell -C --share-namespace=job -f tool.scm -- /bin/sh -c "$1"; }
job 'echo $$ > /dev/shm/first; while [ ! -e /dev/shm/second ]; do :; done; read x < /dev/shm/second; echo $x' > first.out &
job 'while ! read pid < /dev/shm/first; do :; done 2> /dev/null; kill -0 $pid && echo seen > /dev/shm/second'
wait $!
[ "$(cat first.out)" = seen ] || fail "the two do not share memory"
job '[ ! -e /dev/shm/first ]' || fail "the container outlives its commands"
job 'echo > in-job; while [ ! -e /dev/shm/end ]; do :; done' &
while [ ! -e in-job ]; do sleep 0.1; done
expect_status 1 nacre shell -C --share-namespace=job -N -f tool.scm -- true
expect_in err "another environment"
job 'echo > /dev/shm/end'
wait $!
expect_status 1 nacre shell -C --share-namespace=../job -f tool.scm -- true
expect_in err "cannot be the name"

# nacre itself, in a container.
[ "$(nacre shell -C -W -f tool.scm -- nacre shell -f "$work/tool.scm" -- tool nested)" = "tool nested" ] ||
  fail "nacre does not run in its container"
[ "$(nacre shell -C -W -f tool.scm -- nacre shell -C -f "$work/tool.scm" -- tool nested)" = "tool nested" ] ||
  fail "a container makes no container"
sed 's/(version "1")/(version "2")/' tool.scm > other.scm
[ "$(nacre shell -C -W -f tool.scm -- nacre shell -f "$work/other.scm" -- tool built)" = "tool built" ] ||
  fail "nothing is built in a container"
