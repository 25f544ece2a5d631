;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages linux)
  #:use-module ((gnu packages bootstrap) #:select (%bootstrap-glibc-dev))
  #:use-module (gnu packages musl)
  #:use-module (gnu packages samba)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (ice-9 match))

(define (tool-for-target name)
  "Return the name of the binutils' program NAME for the current target."
  (match (%current-target-system)
    (#f     name)
    (target (string-append target "-" name))))

;; The first process gets the signals that are sent to PRoot, and PRoot ends as it does.
(define %forward-signals
  "static pid_t first_pid;
static void forward_signal(int number, siginfo_t *info, void *context UNUSED)
{
	/* Those of the terminal reach the whole group anyway.  */
	if (info->si_code <= 0 && first_pid > 0)
		kill(first_pid, number);
}

")

(define-public proot-static
  (package
    (name "proot-static")
    (version "5.4.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/proot/proot_" version
                                  ".orig.tar.gz"))
              (sha256
               (base32
                "0s2zb8z16g4znxrwzy8g64r2afy35rs04mpfslxhrqbw5an8l919"))))
    (build-system gnu-build-system)
    (inputs (list musl talloc-static))
    (arguments
     (list
      #:tests? #f                       ;they need a file system with the usual programs
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            (lambda _
              (chdir "src")
              ;; Two programs of one machine's two word sizes take two C libraries.
              (substitute* "arch.h"
                ((".*define HAS_LOADER_32BIT.*") ""))
              (substitute* "tracee/event.c"
                (("^int launch_process\\(" all)
                 (string-append #$%forward-signals all))
                (("tracee->pid = pid;" all)
                 (string-append "first_pid = " all))
                (("signal_action.sa_sigaction = (\\(void \\*\\)SIG_IGN|print_talloc_hierarchy);")
                 "signal_action.sa_sigaction = forward_signal;")
                (("last_exit_status = WEXITSTATUS\\(tracee_status\\);" all)
                 (string-append "if (tracee->pid == first_pid) " all))
                (("else if \\(WIFSIGNALED\\(tracee_status\\)\\) \\{" all)
                 (string-append all "
		if (tracee->pid == first_pid)
			last_exit_status = 128 + WTERMSIG(tracee_status);")))
              ;; The C library lacks it; it needs nothing else.
              (mkdir-p "include/sys")
              (copy-file #+(file-append %bootstrap-glibc-dev "/include/sys/queue.h")
                         "include/sys/queue.h")))
          (replace 'build
            (lambda _
              (let ((specs (string-append "-specs=" #$musl "/lib/musl-gcc.specs")))
                (invoke "make" "V=1" "proot"
                        (string-append "CC=" #$(cc-for-target) " " specs)
                        (string-append "LD=" #$(cc-for-target) " -static " specs)
                        (string-append "OBJCOPY=" #$(tool-for-target "objcopy"))
                        (string-append "OBJDUMP=" #$(tool-for-target "objdump"))
                        "HAS_SWIG="
                        ;; There is no repository to ask for the version.
                        "CHECK_VERSION=true" "GIT_VERSION=" "GIT_COMMIT="
                        (string-append "CPPFLAGS=-D_FILE_OFFSET_BITS=64 -D_GNU_SOURCE"
                                       " -I. -Iinclude -I" #$talloc-static "/include")
                        "CFLAGS=-O2"
                        (string-append "LDFLAGS=-static -s -Wl,-z,noexecstack -L"
                                       #$talloc-static "/lib -ltalloc")))))
          (replace 'install
            (lambda _
              (install-file "proot" (string-append #$output "/bin"))
              ;; So that no copy has to be written where it runs.
              (mkdir-p (string-append #$output "/libexec"))
              (copy-file "loader/loader"
                         (string-append #$output "/libexec/proot-loader")))))))
    (supported-systems '("x86_64-linux" "aarch64-linux" "armhf-linux"))
    (synopsis "File systems in other places, without privileges")
    (description
     "PRoot runs a program such that it sees a directory at another place, by
watching its system calls: no privilege is needed, nor any feature of the kernel
that an administrator may have turned off.  This is a static program.")
    (home-page "https://proot-me.github.io/")
    (license license:gpl2+)))
