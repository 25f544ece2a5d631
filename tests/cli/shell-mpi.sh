# SPDX-License-Identifier: GPL-3.0-or-later
# Two ranks of this machine's Open MPI, each started by 'nacre shell', are in one container: they share a window of memory and
# read large messages out of each other's memory. In containers of their own they could not.
. "$(dirname "$0")/lib.sh"
for program in mpirun mpicc; do command -v $program > /dev/null || exit 77; done
mpirun --version 2> /dev/null | grep -q "Open MPI" || exit 77
unshare -Urm true 2> /dev/null || exit 77
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 XDG_RUNTIME_DIR=$work/run TMPDIR=$work/tmp
mkdir -m 700 run tmp
cat > ranks.c <<'C'
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { length = 8 << 20 };

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank, count, unit;
  MPI_Comm node;
  MPI_Win window;
  MPI_Aint size;
  long *own, *first;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  MPI_Comm_size(node, &count);
  MPI_Win_allocate_shared(rank == 0 ? 4096 : 0, 1, MPI_INFO_NULL, node, &own, &window);
  MPI_Win_shared_query(window, 0, &size, &unit, &first);
  MPI_Win_fence(0, window);
  if (rank == 1) first[7] = 4711;
  MPI_Win_fence(0, window);
  char* message = malloc(length);
  memset(message, rank + 1, length);
  if (rank == 0)
    MPI_Send(message, length, MPI_CHAR, 1, 0, MPI_COMM_WORLD);
  else
    MPI_Recv(message, length, MPI_CHAR, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  printf("rank %d of %d: %ld %d\n", rank, count, first[7], message[length - 1]);
  MPI_Win_free(&window);
  MPI_Finalize();
}
C
mpicc ranks.c -o ranks
echo "(specifications->manifest '())" > empty.scm
nacre shell -C -W -m empty.scm -- /bin/sh -c : 2> err || { cat err >&2; fail "no container"; }
mpirun -n 2 --oversubscribe --mca btl vader,self "$NACRE" --root "$ROOT" shell -q -C -W -N --share-namespace=job \
  --share="$TMPDIR" -E '^(OMPI_|PMIX_)' -m empty.scm -- ./ranks 2> err | sort > out ||
  { cat err >&2; fail "the job failed"; }
expect_in out "rank 0 of 2: 4711 1"
expect_in out "rank 1 of 2: 4711 1"
