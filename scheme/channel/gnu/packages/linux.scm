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

;; The first process may be told another name than its file's, as execve allows.
(define %set-name
  "{
			char *name = getenv(\"PROOT_ARGV0\");
			if (name != NULL && argv[0] != NULL) {
				((char **)argv)[0] = strdup(name);
				unsetenv(\"PROOT_ARGV0\");
			}
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
                (("execvp\\(tracee->exe" all)
                 (string-append #$%set-name all))
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
                        (string-append "STRIP=" #$(strip-for-target))
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

;; What the library's own build would find out about the C library.
(define %fuse-configuration
  (map (lambda (name) (string-append "-DHAVE_" name "=1"))
       '("LIBFUSE_PRIVATE_CONFIG_H" "FORK" "FSTATAT" "OPENAT" "READLINKAT" "PIPE2" "SPLICE"
         "VMSPLICE" "UTIMENSAT" "STRUCT_STAT_ST_ATIM")))

(define-public fuse-static
  (package
    (name "fuse-static")
    (version "3.14.0")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://github.com/libfuse/libfuse/releases/download/"
                                        "fuse-" version "/fuse-" version ".tar.xz")
                         (string-append "mirror://debian/pool/main/f/fuse3/fuse3_" version
                                        ".orig.tar.xz")))
              (sha256
               (base32
                "02m7m5b678n9k12bjhjh2rz1smwphbyms35hqzhd2jzkiwm5n4cn"))))
    (build-system gnu-build-system)
    (inputs (list musl))
    (arguments
     (list
      #:tests? #f                       ;they mount things
      #:modules '((guix build gnu-build-system)
                  (guix build utils)
                  (ice-9 match))
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            (lambda _
              (chdir "lib")
              (call-with-output-file "fuse_config.h" (const #t))
              (call-with-output-file "libfuse_config.h"
                (lambda (port)
                  (for-each (lambda (part number)
                              (format port "#define FUSE_~a_VERSION ~a~%" part number))
                            '("MAJOR" "MINOR" "HOTFIX")
                            (string-split #$version #\.))))))
          (replace 'build
            (lambda _
              (apply invoke #$(cc-for-target) "-Os" "-ffunction-sections" "-fdata-sections"
                     "-fno-strict-aliasing" "-c" "-I." "-I../include"
                     "-D_REENTRANT" "-D_FILE_OFFSET_BITS=64" "-DFUSE_USE_VERSION=312"
                     (string-append "-DPACKAGE_VERSION=\"" #$version "\"")
                     ;; Where systems have the program that mounts for users.
                     "-DFUSERMOUNT_DIR=\"/usr/bin\""
                     (string-append "-specs=" #$musl "/lib/musl-gcc.specs")
                     (append '#$%fuse-configuration
                             '("buffer.c" "compat.c" "cuse_lowlevel.c" "fuse.c" "fuse_log.c"
                               "fuse_loop.c" "fuse_loop_mt.c" "fuse_lowlevel.c" "fuse_opt.c"
                               "fuse_signals.c" "helper.c" "mount.c" "mount_util.c"
                               "modules/subdir.c")))
              (apply invoke #$(ar-for-target) "rcsD" "libfuse3.a" (find-files "." "\\.o$"))))
          (replace 'install
            (lambda _
              (install-file "libfuse3.a" (string-append #$output "/lib"))
              (for-each (lambda (file)
                          (install-file file (string-append #$output "/include")))
                        (cons "libfuse_config.h" (find-files "../include" "\\.h$"))))))))
    (synopsis "File systems in programs, for static programs")
    (description
     "FUSE lets programs serve file systems.  This is its library for static programs
that use musl.")
    (home-page "https://github.com/libfuse/libfuse")
    (license license:lgpl2.1)))
