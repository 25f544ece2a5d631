/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a program might do that somebody names as the one that compresses: asked for the "codec" N, it tries
   the Nth thing below.  Its answer's failure is 1 if that worked, else 2. */

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "codecs/protocol.h"

static int
attempt (uint32_t what)
{
  static char *const arguments[] = { "/bin/true", NULL };
  switch (what)
    {
    case 1: return open ("/etc/passwd", O_RDONLY) >= 0;
    case 2: return socket (AF_INET, SOCK_STREAM, 0) >= 0;
    case 3: return syscall (SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0;
    case 4: return kill (getppid (), 0) == 0;
    case 5: return ftruncate (CODEC_INPUT, 0) == 0 || ftruncate (CODEC_OUTPUT, 0) == 0;
    case 6: return execv (arguments[0], arguments) == 0;
    case 7: return ptrace (PTRACE_TRACEME, 0, 0, 0) == 0;
    case 8: return unlink ("/nonexistent/file") == 0 || mkdir ("/tmp/nacre-hostile", 0700) == 0;
    case 9: abort ();
    default: return 0;
    }
}

int
main (int argc, char **argv)
{
  (void) argc, (void) argv;
  for (struct codec_request request; read (0, &request, sizeof request) == sizeof request;)
    {
      struct codec_reply reply = { 0 };
      if (request.codec == 10)
        reply.size = UINT64_MAX;
      else if (request.codec == 11)
        {
          reply.size = 1;
          if (write (0, &reply, sizeof reply / 2) < 0)
            return 1;
          return 0;
        }
      else
        reply.failure = attempt (request.codec) ? 1 : 2;
      if (write (0, &reply, sizeof reply) != sizeof reply)
        return 1;
    }
  return 0;
}
