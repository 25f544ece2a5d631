# SPDX-License-Identifier: GPL-3.0-or-later
# Too few descriptors or threads, or no /proc: an error with a reason and status 1, or the work is done with fewer.
# Never an abort.
. "$(dirname "$0")/../cli/lib.sh"
nacre build hello > /dev/null

for files in 8 10 12 14 16 18 20 24 32; do
  status=0
  (ulimit -n $files && "$NACRE" --root "$ROOT" pack hello) > out 2> err || status=$?
  case $status in
    0) ;;
    1) expect_in err "error:" ;;
    # The dynamic linker ends the process: it cannot open a library.
    127) expect_in err "error while loading shared libraries" ;;
    *) cat err >&2; fail "with $files descriptors, 'nacre pack' ends with status $status" ;;
  esac
done

# Without threads, as where a container limits them.
if command -v gcc > /dev/null; then
  cat > few.c <<'C'
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
struct start { void *(*function)(void *); void *argument; };
static int alive;
static void *run(void *p) {
  struct start start = *(struct start *)p;
  free(p);
  void *result = start.function(start.argument);
  __atomic_fetch_sub(&alive, 1, __ATOMIC_SEQ_CST);
  return result;
}
int pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *x) {
  int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = dlsym(RTLD_NEXT, "pthread_create");
  if (__atomic_add_fetch(&alive, 1, __ATOMIC_SEQ_CST) > atoi(getenv("THREADS"))) {
    __atomic_fetch_sub(&alive, 1, __ATOMIC_SEQ_CST);
    return EAGAIN;
  }
  struct start *start = malloc(sizeof *start);
  *start = (struct start){f, x};
  return real(t, a, run, start);
}
C
  gcc -w -shared -fPIC -D_GNU_SOURCE -o few.so few.c
  nacre pack -f docker --image-tag=scarce hello > expected
  for threads in 0 1 2 3 4 5 8; do
    status=0
    # One thread marks for Guile's collector, however many cores there are.
    GC_MARKERS=1 THREADS=$threads LD_PRELOAD=$work/few.so "$NACRE" --root "$ROOT" pack -f docker --image-tag=scarce \
      --check hello > out 2> err || status=$?
    case $status in
      0) cmp out expected || fail "another pack with $threads threads" ;;
      1) expect_in err "Resource temporarily unavailable" ;;
      *) cat err >&2; fail "with $threads threads, 'nacre pack' ends with status $status" ;;
    esac
  done
  # At one time: Guile's two or three, the one that waits for signals, one for the build.
  [ $status = 0 ] || { cat err >&2; fail "eight threads are not enough"; }
fi

# No /proc.
unshare=(unshare -m)
[ "$(id -u)" = 0 ] || unshare=(unshare -Urm)
"${unshare[@]}" true 2> /dev/null || exit 77
expect_status 1 "${unshare[@]}" bash -c 'mount -t tmpfs none /proc && "$0" --root "$1" build hello' "$NACRE" "$ROOT"
expect_in err "/proc"
expect_in err "hint:"
