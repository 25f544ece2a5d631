;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (nacre pack)
             (guix derivations)
             (guix diagnostics)
             (guix gexp)
             (guix profiles)
             (guix store)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-35)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define store (open-connection))

(define (entry name*)
  (manifest-entry
   (name name*) (version "1")
   (item (plain-file name* "contents"))))

(define (names . names)
  (manifest (map entry names)))

(define (variables . arguments)
  (derivation-builder-environment-vars
   (apply pack-derivation store arguments)))

(define (variable name . arguments)
  (assoc-ref (apply variables arguments) name))

(define (item-name item)
  (string-drop (basename item) 33))     ;the hash and a hyphen

(define-syntax-rule (message-and-hint expression)
  ;; What EXPRESSION's error says.
  (guard (c ((message-condition? c)
             (list (condition-message c) (condition-fix-hint c))))
    expression
    #f))

(define (link-error spec)
  (first (message-and-hint (symlink-specification spec))))

(checks "pack"
 (test-equal "a symbolic link is a source and a target"
   '(("/bin" . "bin") ("/opt/a" . "share/a") ("/x" . "a=b"))
   (map symlink-specification
        (list "/bin=bin" "/opt//a/=share/a/" '("/x" . "a=b"))))

 (test-equal "symbolic links that cannot be are refused"
   '("bin=bin: bad symbolic link: the source is not absolute"
     "/bin=/bin: bad symbolic link: the target is not relative"
     "/bin: bad symbolic link: there is no '='"
     "/=bin: bad symbolic link: the source is the root directory"
     "/bin=: bad symbolic link: there is no target"
     "/a/../b=bin: bad symbolic link: '.' and '..' are not allowed"
     "/bin=../x: bad symbolic link: '.' and '..' are not allowed"
     "/gnu=bin: bad symbolic link: it would hide the store"
     "/gnu//store/x=bin: bad symbolic link: it would hide the store")
   (map link-error
        '("bin=bin" "/bin=/bin" "/bin" "/=bin" "/bin=" "/a/../b=bin"
          "/bin=../x" "/gnu=bin" "/gnu//store/x=bin")))

 (test-equal "a pack is named after its packages, cut when that is long"
   '("profile" "python-python-numpy" "aaaaaaaaaaaaaaaaaaaa"
     "a-name-of-its-own-that-is-longer-than-that")
   (map manifest->pack-name
        (list (names)
              (names "python" "python-numpy")
              (names (make-string 20 #\a) (make-string 20 #\b))
              (names "a-name-of-its-own-that-is-longer-than-that"))))

 (test-equal "the file's name has the format and the compression"
   '("a-tarball-pack.tar.gz" "a-docker-pack.tar.zst" "a-b-tarball-pack.tar"
     "mine-tarball-pack.tar.xz" "a-oci-pack.tar")
   (map derivation-name
        (list (pack-derivation store (names "a"))
              (pack-derivation store (names "a") #:format 'docker
                               #:compression "zstd:19")
              (pack-derivation store (names "a" "b") #:compression 'none)
              (pack-derivation store (names "a") #:compression 'xz
                               #:name "mine")
              (pack-derivation store (names "a") #:format 'oci
                               #:compression 'zstd))))

 (test-equal "the builder gets the profile"
   (let ((profile (run-with-store store (profile-derivation (names "a")))))
     (list "builtin:pack-tarball" (derivation->output-path profile)
           (list (derivation-file-name profile))))
   (let ((drv (pack-derivation store (names "a") #:compression 'none)))
     (list (derivation-builder drv)
           (assoc-ref (derivation-builder-environment-vars drv) "profile")
           (map derivation-input-path (derivation-inputs drv)))))

 (test-equal "what compresses is an input, of this machine, unless nothing is compressed"
   '(("nacre-codecs-1.drv" "x-profile.drv") ("nacre-codecs-1.drv" "x-profile.drv") ("x-profile.drv"))
   (map (lambda (options)
          (sort (map (lambda (input)
                       (let ((name (item-name (derivation-input-path input))))
                         (if (string-suffix? "profile.drv" name) "x-profile.drv" name)))
                     (derivation-inputs (apply pack-derivation store (names "a") options)))
                string<?))
        '((#:compression gzip)
          (#:compression "zstd" #:system "i686-linux")
          (#:compression none))))

 (test-equal "compressions have levels"
   '(("compression" . "zstd") ("compression-level" . "19"))
   (filter (lambda (variable) (string-prefix? "compression" (car variable)))
           (variables (names "a") #:compression "zstd:19")))

 (test-equal "levels that a compression does not have are refused"
   '(("gzip:99: gzip has no level 99" "levels are whole numbers from 1 to 12")
     ("bzip2:0: bzip2 has no level 0" "levels are whole numbers from 1 to 9")
     ("lzip:1.5: lzip has no level 1.5" "levels are whole numbers from 0 to 9")
     ("none:1: none has no levels" "leave the level out"))
   (map (lambda (compression)
          (message-and-hint
           (variables (names "a") #:compression compression)))
        '("gzip:99" "bzip2:0" "lzip:1.5" "none:1")))

 (test-equal "symbolic links that are in each other's way are refused"
   '("the symbolic links /a and /a/b exclude each other"
     "the symbolic links /a and /a exclude each other"
     #f)
   (map (lambda (links)
          (and=> (message-and-hint (variables (names "a") #:symlinks links))
                 first))
        '(("/a/b=bin" "/ab=bin" "/a=bin") ("/a=bin" "/a/=share")
          ("/a=bin" "/ab=bin"))))

 (test-equal "symbolic links come one a line"
   "/bin -> bin\n/etc -> etc"
   (variable "symlinks" (names "a") #:symlinks '("/bin=bin" ("/etc" . "etc"))))

 (test-equal "an image gets its name, machine, search paths, program"
   '("gtk-c" "aarch64-linux" "PATH\t:\tdirectory\tbin:sbin\t" "bin/a" "-x\n-y"
     "A=1" "7")
   (let ((variables (variables (names "GTK+" "c") #:format 'docker
                               #:system "aarch64-linux"
                               #:entry-point "/bin/a"
                               #:entry-point-arguments '("-x" "-y")
                               #:environment '("A=1")
                               #:max-layers 7)))
     (map (lambda (name) (assoc-ref variables name))
          '("image-tag" "system" "search-paths" "entry-point"
            "entry-point-arguments" "environment" "max-layers"))))

 (test-equal "an image gets its options, a layout like one for Docker"
   '("serve\n\n-p" "80\n53/udp" "/data" "a=b\nc=" "1000:100" "/srv")
   (let ((variables (variables (names "a") #:format 'oci
                               #:command '("serve" "" "-p")
                               #:exposed-ports '("80" "53/udp")
                               #:volumes '("/data")
                               #:labels '("a=b" "c=")
                               #:user "1000:100"
                               #:working-directory "/srv")))
     (map (lambda (name) (assoc-ref variables name))
          '("command" "exposed-ports" "volumes" "labels" "user"
            "working-directory"))))

 (test-equal "a layout for several machines gets each one's profile"
   '("x86_64-linux" "aarch64-linux" #t #f "PATH\t:\tdirectory\tbin:sbin\t")
   (let ((variables (variables (names "a") #:format 'oci-directory
                               #:systems '("x86_64-linux" "aarch64-linux"))))
     (list (assoc-ref variables "system")
           (assoc-ref variables "system-2")
           (store-path? (assoc-ref variables "profile-2"))
           (assoc-ref variables "profile-3")
           (assoc-ref variables "search-paths-2"))))

 (test-equal "of several targets, that of the system itself is not cross-built"
   '("x86_64-linux" "aarch64-linux" #t)
   (let ((several (variables (names "a") #:format 'oci #:system "x86_64-linux"
                             #:targets '("x86_64-linux-gnu" "aarch64-linux-gnu")))
         (native (variables (names "a") #:format 'oci #:system "x86_64-linux")))
     (list (assoc-ref several "system")
           (assoc-ref several "system-2")
           (equal? (assoc-ref several "profile") (assoc-ref native "profile")))))

 (test-equal "several machines are refused where there is room for one, and twice the same"
   '("the format docker holds programs for one system, not for x86_64-linux, i686-linux"
     "the same system twice: i686-linux, i686-linux"
     "several systems cannot be combined with targets")
   (list (first (message-and-hint
                 (variables (names "a") #:format 'docker
                            #:systems '("x86_64-linux" "i686-linux"))))
         (first (message-and-hint
                 (variables (names "a") #:format 'oci
                            #:systems '("i686-linux" "i686-linux"))))
         (first (message-and-hint
                 (variables (names "a") #:format 'oci
                            #:systems '("x86_64-linux" "i686-linux")
                            #:targets '("aarch64-linux-gnu"))))))

 (test-equal "what is not asked for is not mentioned"
   '("builtin-version" "codecs" "compression" "out" "preferLocalBuild" "profile")
   (sort (map car (variables (names "a"))) string<?))

 (test-equal "unknown names are answered with the nearest one"
   '(("dokcer: unknown format of packs"
      "did you mean 'docker'?  Known ones are tarball, docker, oci, oci-directory, deb, deb-directory, rpm, squashfs, sif, appimage")
     ("zstdd: unknown compression"
      "did you mean 'zstd'?  Known ones are gzip, zstd, xz, lzip, bzip2, none")
     ("zstd:fast: bad compression"
      "give a name, or a name, a colon and a level, such as zstd:19"))
   (list (message-and-hint (variables (names "a") #:format 'dokcer))
         (message-and-hint (variables (names "a") #:compression 'zstdd))
         (message-and-hint (variables (names "a") #:compression "zstd:fast"))))

 (test-equal "an RPM package's name and version have what RPM allows"
   '(("nacre-GTK+" "1.0+rc1" "aarch64") ("nacre-a-b" "0.0.0" "aarch64")
     ("nacre-x" "0" "aarch64"))
   (map (lambda (manifest)
          (let ((variables (variables manifest #:format 'rpm
                                      #:system "aarch64-linux")))
            (map (lambda (name) (assoc-ref variables name))
                 '("package-name" "package-version" "architecture"))))
        (list (manifest (list (manifest-entry
                               (inherit (entry "GTK+")) (version "1.0-rc1"))))
              (names "a" "b")
              (manifest (list (manifest-entry
                               (inherit (entry "x")) (version "-")))))))

 (test-equal "a package's manager has a name for the system, or there is no package"
   '("RPM has no packages for i586-gnu" "Debian has no packages for i586-gnu")
   (map (lambda (format)
          (first (message-and-hint (variables (names "a") #:format format
                                              #:system "i586-gnu"))))
        '(rpm deb)))

 (test-equal "a package of a distribution has a name of its own, or the user's"
   '("nacre-gtk+-x" "nacre-gtk+-x" "nacre-GTK+_x" "mine" "mine" "mine")
   (append-map
    (lambda (options)
      (map (lambda (format)
             (let ((variables (apply variables (names "GTK+_x") #:format format options)))
               (or (assoc-ref variables "package-name")
                   (string-drop (first (string-split (assoc-ref variables "control")
                                                     #\newline))
                                (string-length "Package: ")))))
           '(deb deb-directory rpm)))
    '(() (#:package-name "mine"))))

 (test-equal "names that a distribution needs, and invalid names, are refused"
   '("a package called 'sed' would replace an essential one of the distribution"
     "a package called 'libc6' would replace an essential one of the distribution"
     "a package called 'glibc' would replace an essential one of the distribution"
     "'A b' cannot be a package's name" "'a' cannot be a package's name"
     "the format tarball does not support a package's name")
   (map (match-lambda
          ((format name)
           (first (message-and-hint (variables (names "a") #:format format
                                               #:package-name name)))))
        '((deb "sed") (deb-directory "libc6") (rpm "glibc") (deb "A b") (rpm "a")
          (tarball "a"))))

 (test-equal "what a format's builder would refuse is refused before anything is built"
   '("/tmp/=bin: bad symbolic link: /tmp is a directory"
     "/a/.wh.b: bad symbolic link: in images, names that begin with '.wh.' mean that a \
file is deleted"
     "there is no user 'app' in the image, which has no /etc/passwd"
     "there is no group 'app' in the image, which has no /etc/group"
     #f #f #f
     "/.singularity.d/x: bad symbolic link: that place is Singularity's own"
     "/.singularity.d: bad symbolic link: that place is Singularity's own"
     "/AppRun: bad symbolic link: that place is the AppImage's own"
     "/a.svg/x: bad symbolic link: that place is the AppImage's own"
     "\"../a\" cannot be an entry point"
     "/var: bad symbolic link: /var/guix is the store's own"
     "a directory of Debian packages cannot have /var/guix: its packages are installed \
beside those of other packs, whose databases would be in the same place")
   (map (lambda (options)
          (and=> (message-and-hint (apply variables (names "a") options)) first))
        '((#:symlinks ("/tmp/=bin"))
          (#:format docker #:symlinks ("/a/.wh.b=bin"))
          (#:format docker #:user "app")
          (#:format oci #:user "1:app" #:symlinks ("/etc/passwd=etc/passwd"))
          (#:format oci #:user "app:app" #:symlinks ("/etc=etc"))
          (#:format oci #:user "10:20")
          (#:format tarball #:symlinks ("/a/.wh.b=bin"))
          (#:format squashfs #:symlinks ("/.singularity.d/x=bin"))
          (#:format sif #:symlinks ("/.singularity.d=bin"))
          (#:format appimage #:entry-point "bin/a" #:symlinks ("/AppRun=bin/a"))
          (#:format appimage #:entry-point "bin/a" #:symlinks ("/a.svg/x=bin/a"))
          (#:format docker #:entry-point "../a")
          (#:localstatedir? #t #:symlinks ("/var=bin"))
          (#:format deb-directory #:localstatedir? #t))))

 (test-equal "a tarball has no entry point"
   "the format tarball does not support an entry point"
   (first (message-and-hint (variables (names "a") #:entry-point "bin/a"))))

 (test-equal "an image for Singularity has its program"
   '("a-squashfs-pack.zst.squashfs" "builtin:pack-squashfs" "bin/a" "-x\n-y" #f)
   (let* ((drv (pack-derivation store (names "a") #:format 'squashfs
                                #:compression 'zstd #:entry-point "/bin/a"
                                #:entry-point-arguments '("-x" "-y")))
          (variables (derivation-builder-environment-vars drv)))
     (list (derivation-name drv)
           (derivation-builder drv)
           (assoc-ref variables "entry-point")
           (assoc-ref variables "entry-point-arguments")
           (assoc-ref variables "image-tag"))))

 (test-equal "an image without a shell is warned about"
   '(#t #f)
   (map (lambda (name)
          (let ((text (call-with-output-string
                        (lambda (port)
                          (parameterize ((guix-warning-port port))
                            (variables (names name) #:format 'squashfs))))))
            (and (string-contains text "no shell") #t)))
        '("a" "bash")))

 (test-equal "an AppImage has its program, and begins with one that is not part of it"
   '("a.AppImage" "builtin:pack-appimage" "bin/a" "nacre-appimage" "a-AppRun")
   (let* ((drv (pack-derivation store (names "a") #:format 'appimage
                                #:entry-point "/bin/a"
                                #:entry-point-arguments '("-x")))
          (variables (derivation-builder-environment-vars drv)))
     (list (derivation-name drv)
           (derivation-builder drv)
           (assoc-ref variables "entry-point")
           (basename (assoc-ref variables "runtime"))
           (item-name (assoc-ref variables "app-run")))))

 (test-equal "an AppImage needs a program"
   "an AppImage needs an entry point"
   (first (message-and-hint (variables (names "a") #:format 'appimage))))

 (test-equal "relocatable programs have packages of their own, and relative links"
   '(("a-1R") ("a-1RR") "1")
   (let ((profile-variables
          (lambda (level)
            (let* ((drv (pack-derivation store (names "a") #:relocatable level))
                   (profile (find (lambda (drv)
                                    (string=? "profile" (derivation-name drv)))
                                  (map derivation-input-derivation
                                       (derivation-inputs drv)))))
              (derivation-builder-environment-vars profile)))))
     (define (packages level)
       (map item-name
            (string-split (assoc-ref (profile-variables level) "packages") #\space)))
     (list (packages 1) (packages 2)
           (assoc-ref (profile-variables 1) "relative-links"))))

 (test-equal "several outputs of one thing are relocatable, too"
   '("things-1R" "things-1R-other")
   (let* ((things (computed-file "things"
                    #~(begin (mkdir #$output) (mkdir #$output:other))))
          (output (lambda (name*)
                    (manifest-entry (name "things") (version "1") (item things)
                                    (output name*))))
          (drv (pack-derivation store (manifest (list (output "out") (output "other")))
                                #:relocatable 1))
          (profile (find (lambda (drv)
                           (string=? "profile" (derivation-name drv)))
                         (map derivation-input-derivation (derivation-inputs drv)))))
     (sort (map item-name
                (string-split (assoc-ref (derivation-builder-environment-vars profile)
                                         "packages")
                              #\space))
           string<?)))

 (test-equal "arguments need an entry point"
   "there are arguments for an entry point, but no entry point"
   (first (message-and-hint
           (variables (names "a") #:format 'docker
                      #:entry-point-arguments '("-x"))))))
