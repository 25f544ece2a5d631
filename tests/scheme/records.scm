;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix records)
             (guix diagnostics)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define (syntax-error-of expression)
  "Return (WHO MESSAGE LOCATION) of the syntax error in EXPRESSION."
  (catch 'syntax-error
    (lambda () (eval expression (current-module)) #f)
    (lambda (key who message location . rest)
      (list who message location))))

(define evaluations 0)

(define-record-type* <thing> thing make-thing
  thing? this-thing
  (name     thing-name)
  (size     thing-size     (default 1))
  (doubled  thing-doubled  (thunked) (default (* 2 (thing-size this-thing))))
  (costly   thing-costly   (delayed)
            (default (begin (set! evaluations (1+ evaluations)) 'done)))
  (number   thing-number   (default "0") (sanitize string->number))
  (place    thing-place    (use-site) (innate)))

(checks "records"

(test-equal "fields have defaults"
  '("a" 1 2 0)
  (let ((t (thing (name "a"))))
    (list (thing-name t) (thing-size t) (thing-doubled t) (thing-number t))))

(test-equal "fields may be given in any order"
  '("a" 5)
  (let ((t (thing (size 5) (name "a"))))
    (list (thing-name t) (thing-size t))))

(test-equal "a field sees the fields before it"
  "a3"
  (thing-name (thing (size 3)
                     (name (string-append "a" (number->string size))))))

(test-equal "an inherited record changes what it names"
  '("a" 7)
  (let ((t (thing (inherit (thing (name "a") (size 2))) (size 7))))
    (list (thing-name t) (thing-size t))))

(test-equal "a thunked field is evaluated for the record that inherits it"
  14
  (thing-doubled (thing (inherit (thing (name "a"))) (size 7))))

(test-equal "a thunked field may use the value that it inherits, for the record itself"
  '(2 25)
  (let* ((parent (thing (name "a") (doubled (* 2 (thing-size this-thing)))))
         (child  (thing (inherit parent) (size 10) (doubled (+ 5 doubled)))))
    (list (thing-doubled parent) (thing-doubled child))))

(test-equal "a given thunked field sees the record too"
  '(2 4)
  (let* ((t (thing (name "a") (doubled (1+ (thing-size this-thing)))))
         (u (thing (inherit t) (size 3))))
    (list (thing-doubled t) (thing-doubled u))))

(test-equal "a delayed field is evaluated once"
  '(done done 1)
  (let* ((t (thing (name "a"))) (a (thing-costly t)) (b (thing-costly t)))
    (list a b evaluations)))

(test-equal "a sanitizer is applied once"
  '(42 42)
  (let ((t (thing (name "a") (number "42"))))
    (list (thing-number t)
          (thing-number (thing (inherit t))))))

(test-assert "an innate field is not inherited"
  (let* ((a (thing (name "a")))
         (b (thing (inherit a))))
    (not (equal? (thing-place a) (thing-place b)))))

(test-equal "a location is that of the constructor"
  (1+ (assq-ref (current-source-location) 'line))
  (vector-ref (thing-place (thing (name "a"))) 1))

(test-assert "inheriting from another type fails"
  (catch 'wrong-type-arg
    (lambda () (thing (inherit 42)) #f)
    (const #t)))

(test-assert "the self reference has no meaning outside"
  (syntax-error-of '(list this-thing)))

(test-assert "a missing field is named"
  (match (syntax-error-of '(thing (size 2)))
    (('thing message _)
     (string-contains message "missing field initializers (name)"))))

(test-assert "an unknown field is named, with the nearest name"
  (match (syntax-error-of '(thing (name "a") (siez 2)))
    (('thing message _)
     (and (string-contains message "extraneous field initializers (siez)")
          (string-contains message "'size'")))))

(test-assert "a field given twice is an error"
  (match (syntax-error-of '(thing (name "a") (name "b")))
    (('thing message _) (string-contains message "duplicate"))))

(test-assert "a malformed field is an error"
  (match (syntax-error-of '(thing (name "a" "b")))
    (('thing message _) (string-contains message "invalid field specifier"))))

(test-equal "an error points to the field"
  '(("f.scm" 2 3))
  (let* ((port (open-input-string "\n\n   (siez 2)"))
         (form (begin (set-port-filename! port "f.scm") (read port))))
    (match (syntax-error-of (list 'thing '(name "a") form))
      (('thing _ location)
       (list (map (lambda (key) (assq-ref location key))
                  '(filename line column)))))))

(test-equal "match-record binds fields"
  '("a" 2 done)
  (match-record (thing (name "a")) <thing> (name (doubled twice) costly)
    (list name twice costly)))

(test-equal "recutils"
  '(("Name" . "foo") ("Description" . "a\nb"))
  (call-with-input-string "# comment\nName: foo\nDescription: a\n+ b\n\n"
    recutils->alist))

(test-equal "alist->record"
  '(1 ("x" "y"))
  (alist->record '(("a" . 1) ("b" . "x") ("b" . "y")) list '("a" "b") '("b"))))
