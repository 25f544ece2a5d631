;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Persistent sets.
(define-module (guix sets)
  #:use-module (ice-9 vlist)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (set setq set? set-insert set-union set-contains? set->list
            list->set list->setq))

(define-record-type <set>
  (make-set table insert ref)
  set?
  (table  set-table)
  (insert set-insert-procedure)
  (ref    set-ref))

(define %empty-set (make-set vlist-null vhash-cons vhash-assoc))
(define %empty-setq (make-set vlist-null vhash-consq vhash-assq))

(define (set-insert value set)
  "Return SET with VALUE in it."
  (if (set-contains? set value)
      set
      (make-set ((set-insert-procedure set) value #t (set-table set))
                (set-insert-procedure set)
                (set-ref set))))

(define (set-contains? set value)
  (->bool ((set-ref set) value (set-table set))))

(define (set->list set)
  (vhash-fold (lambda (key value result) (cons key result))
              '() (set-table set)))

(define (set-union a b)
  (fold set-insert a (set->list b)))

(define (list->set list)
  "Return the set of what is in LIST, compared by 'equal?'."
  (fold set-insert %empty-set list))

(define (list->setq list)
  "Return the set of what is in LIST, compared by 'eq?'."
  (fold set-insert %empty-setq list))

(define (set . elements) (list->set elements))
(define (setq . elements) (list->setq elements))
