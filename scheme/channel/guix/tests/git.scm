;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Git repositories for the duration of a test.
(define-module (guix tests git)
  #:use-module (guix build utils)
  #:use-module ((guix utils) #:select (call-with-temporary-directory))
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:export (git-command
            with-temporary-git-repository
            with-git-repository
            with-served-git-repository
            with-served-temporary-git-repository))

(define git-command (make-parameter "git"))

(define (git directory . arguments)
  (with-output-to-port (%make-void-port "w")
    (lambda ()
      (apply invoke (git-command) "-C" directory
             "-c" "user.name=Test" "-c" "user.email=test@example.org"
             "-c" "commit.gpgsign=false" arguments))))

(define (perform directory directive)
  (match directive
    (('add file contents)
     (let ((full (string-append directory "/" file)))
       (mkdir-p (dirname full))
       (call-with-output-file full
         (lambda (port) (display contents port)))
       (git directory "add" file)))
    (('add file)       (git directory "add" file))
    (('remove file)    (git directory "rm" "-q" "-f" file))
    (('commit message) (git directory "commit" "-q" "-m" message))
    (('tag name)       (git directory "tag" name))
    (('tag name text)  (git directory "tag" "-a" "-m" text name))
    (('branch name)    (git directory "branch" name))
    (('checkout name)  (git directory "checkout" "-q" name))
    (('checkout name 'orphan) (git directory "checkout" "-q" "--orphan" name))
    (('merge branch message) (git directory "merge" "-q" "-m" message branch))
    (('reset to)       (git directory "reset" "-q" "--hard" to))))

(define (populate directory directives)
  (mkdir-p directory)
  (git directory "init" "-q" "-b" "master")
  (for-each (lambda (directive) (perform directory directive)) directives))

(define-syntax-rule (with-temporary-git-repository directory directives body ...)
  "Evaluate BODY with DIRECTORY bound to the name of a new repository in which
DIRECTIVES were followed."
  (call-with-temporary-directory
   (lambda (parent)
     (let ((directory (string-append parent "/repository")))
       (populate directory directives)
       body ...))))

(define-syntax-rule (with-git-repository directory directives body ...)
  "Follow DIRECTIVES in the repository DIRECTORY, then evaluate BODY."
  (begin
    (for-each (lambda (directive) (perform directory directive)) directives)
    body ...))

(define (free-port)
  (let ((socket (socket PF_INET SOCK_STREAM 0)))
    (bind socket AF_INET INADDR_LOOPBACK 0)
    (let ((port (sockaddr:port (getsockname socket))))
      (close-port socket)
      port)))

(define (wait-for-server port)
  (let loop ((tries 100))
    (let* ((socket (socket PF_INET SOCK_STREAM 0))
           (there? (false-if-exception
                    (begin (connect socket AF_INET INADDR_LOOPBACK port) #t))))
      (close-port socket)
      (unless (or there? (zero? tries))
        (usleep 50000)
        (loop (1- tries))))))

(define (call-with-git-daemon directory proc)
  (let* ((port (free-port))
         (pid  (spawn-daemon directory port)))
    (dynamic-wind
      (const #t)
      (lambda ()
        (wait-for-server port)
        (proc port))
      (lambda ()
        (kill pid SIGTERM)
        (waitpid pid)))))

(define (spawn-daemon directory port)
  ;; Children of 'git daemon' must die with it, so it is started without a wrapper.
  (let ((program (string-append (git-exec-path) "/git-daemon")))
    (match (primitive-fork)
      (0
       (dynamic-wind
         (const #t)
         (lambda ()
           (execl program program
                  (string-append "--base-path=" directory)
                  (string-append "--port=" (number->string port))
                  "--listen=127.0.0.1" "--export-all" "--reuseaddr"))
         (lambda () (primitive-_exit 127))))
      (pid pid))))

(define (git-exec-path)
  (let* ((pipe (open-pipe* OPEN_READ (git-command) "--exec-path"))
         (line (read-line pipe)))
    (close-pipe pipe)
    line))

(define-syntax-rule (with-served-git-repository directory port body ...)
  "Evaluate BODY while git://localhost:PORT/ is the repository DIRECTORY."
  (call-with-git-daemon directory (lambda (port) body ...)))

(define-syntax-rule (with-served-temporary-git-repository directory port
                                                          directives body ...)
  "Evaluate BODY while git://localhost:PORT/ is a new repository, DIRECTORY, in
which DIRECTIVES were followed."
  (with-temporary-git-repository directory directives
    (with-served-git-repository directory port body ...)))
