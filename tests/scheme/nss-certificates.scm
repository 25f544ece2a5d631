;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix build nss-certificates)
             (rnrs bytevectors)
             (srfi srfi-64))

(load "lib/check.scm")

(define %data "# A comment.
BEGINDATA
CKA_CLASS CK_OBJECT_CLASS CKO_NSS_BUILTIN_ROOT_LIST
CKA_LABEL UTF8 \"All of them\"

# The first one.
CKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE
CKA_TOKEN CK_BBOOL CK_TRUE
CKA_LABEL UTF8 \"An Authority (1)\"
CKA_ISSUER MULTILINE_OCTAL
\\060\\101
END
CKA_SERIAL_NUMBER MULTILINE_OCTAL
\\001
END
CKA_VALUE MULTILINE_OCTAL
\\000\\377
\\012
END

# Trust for it
CKA_CLASS CK_OBJECT_CLASS CKO_NSS_TRUST
CKA_LABEL UTF8 \"An Authority (1)\"
CKA_ISSUER MULTILINE_OCTAL
\\060\\101
END
CKA_SERIAL_NUMBER MULTILINE_OCTAL
\\001
END
CKA_TRUST_SERVER_AUTH CK_TRUST CKT_NSS_TRUSTED_DELEGATOR

CKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE
CKA_LABEL UTF8 \"For mail only\"
CKA_ISSUER MULTILINE_OCTAL
\\060\\101
END
CKA_SERIAL_NUMBER MULTILINE_OCTAL
\\002
END
CKA_VALUE MULTILINE_OCTAL
\\003
END

CKA_CLASS CK_OBJECT_CLASS CKO_NSS_TRUST
CKA_LABEL UTF8 \"For mail only\"
CKA_ISSUER MULTILINE_OCTAL
\\060\\101
END
CKA_SERIAL_NUMBER MULTILINE_OCTAL
\\002
END
CKA_TRUST_SERVER_AUTH CK_TRUST CKT_NSS_MUST_VERIFY_TRUST
")

(define (parse text)
  (call-with-input-string text read-objects))

(checks "nss-certificates"
 (test-equal "a certificate counts if servers are trusted by it"
   (list (cons "An Authority (1)" (u8-list->bytevector '(0 255 10))))
   (trusted-certificates (parse %data)))

 (test-equal "a certificate of which nothing says what it is trusted for does not count"
   '()
   (trusted-certificates (parse "CKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE
CKA_LABEL UTF8 \"Nobody\"
")))

 (test-error "a value without an end is an error"
   #t
   (parse "CKA_CLASS CK_OBJECT_CLASS CKO_CERTIFICATE
CKA_VALUE MULTILINE_OCTAL
\\003
"))

 (test-equal "file names are plain, and differ"
   '("An_Authority_1_" "Firma-x" "Firma-x-2" "Firma-x-3")
   (certificate-file-names '("An Authority (1)" "Firma-x" "Firma-x" "Firma-x"))))
