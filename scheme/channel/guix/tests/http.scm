;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; A web server that gives prepared answers, for tests.
(define-module (guix tests http)
  #:use-module (ice-9 match)
  #:use-module (ice-9 threads)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-39)
  #:use-module (rnrs bytevectors)
  #:use-module (rnrs io ports)
  #:use-module (web request)
  #:use-module (web response)
  #:use-module (web uri)
  #:export (with-http-server
            call-with-http-server
            %http-server-port
            %local-url))

(define %http-server-port
  ;; The port of the running server.
  (make-parameter #f))

(define* (%local-url #:optional (port (%http-server-port))
                     #:key (path "/foo/bar"))
  "Return the address of the server at PORT."
  (string-append "http://localhost:" (number->string port) path))

(define (->response answer)
  ;; An answer is (CODE BODY), or (RESPONSE BODY) for one with headers.
  (match answer
    (((? number? code) body)
     (values (build-response #:code code
                             #:headers '((content-type . (text/plain
                                                          (charset . "UTF-8")))))
             body))
    (((? response? response) body)
     (values response body))))

(define (answer-one connection answer)
  ;; A client that disconnects early is not a failure of the server.
  (false-if-exception
   (begin
     (read-request connection)
     (call-with-values (lambda () (->response answer))
       (lambda (response body)
         (let ((bytes (if (string? body) (string->utf8 body) body)))
           (write-response
            (build-response #:code (response-code response)
                            #:headers `((content-length . ,(bytevector-length bytes))
                                        (connection . (close))
                                        ,@(response-headers response)))
            connection)
           (put-bytevector connection bytes))))))
  (close-port connection))

(define (serve socket answers last-answer)
  (match answers
    (() (serve socket (list last-answer) last-answer))
    ((answer . rest)
     (match (false-if-exception (accept socket))
       (#f #t)                                    ;the socket was closed
       ((connection . _)
        (answer-one connection answer)
        (serve socket rest answer))))))

(define (call-with-http-server answers thunk)
  "Call THUNK while a web server gives ANSWERS, in order, the last one repeatedly:
each (CODE BODY) or (RESPONSE BODY)."
  (let ((socket (socket PF_INET SOCK_STREAM 0)))
    (setsockopt socket SOL_SOCKET SO_REUSEADDR 1)
    (bind socket AF_INET INADDR_LOOPBACK 0)
    (listen socket 16)
    (let ((thread (call-with-new-thread
                   (lambda () (serve socket answers #f)))))
      (call-with-values
          (lambda ()
            (dynamic-wind
              (const #t)
              (lambda ()
                (parameterize ((%http-server-port
                                (sockaddr:port (getsockname socket))))
                  (thunk)))
              (lambda ()
                (shutdown socket 2)
                (join-thread thread)
                (close-port socket))))
        values))))

(define-syntax with-http-server
  (syntax-rules ()
    "Evaluate BODY while a web server gives ANSWERS; '%local-url' is its address."
    ((_ answers body ...)
     (call-with-http-server answers (lambda () body ...)))))
