# SPDX-License-Identifier: GPL-3.0-or-later
# A derivation that claims an output path that is not its own is refused, wherever it comes from; one that is
# already in the store is not built, and verification names it.
. "$(dirname "$0")/../cli/lib.sh"
ROOT=$work/root
cat > steal.scm <<'SCM'
(use-modules (guix store) (srfi srfi-34) (ice-9 match))
(define s (open-connection))
(define (try what name text references)
  (guard (c (#t (format #t "refused: ~a~%" what)))
    (format #t "TAKEN: ~a ~a~%" what (add-text-to-store s name text references))))
(define (text outputs env) 
  (string-append "Derive([" outputs "],[],[],\"x86_64-linux\",\"/bin/sh\",[],[" env "])"))
(define hello "/gnu/store/z38bxdz7zrriycz071zab58ljm02f366-hello-2.10")
(define anything "/gnu/store/kpxba5q8jq3izszcq02a1n7b63p6agk9-anything")
(define hash (make-string 64 #\0))
(define (claim path) (text (string-append "(\"out\",\"" path "\",\"\",\"\")")
                           (string-append "(\"out\",\"" path "\")")))
(try "another's output" "hello-2.10.drv" (claim hello) '())
(try "a fixed output that is not its hash's" "anything.drv"
     (text (string-append "(\"out\",\"" anything "\",\"r:sha256\",\"" hash "\")")
           (string-append "(\"out\",\"" anything "\")")) '())
(try "an unknown algorithm" "f.drv"
     (text (string-append "(\"out\",\"" anything "\",\"crc32\",\"00\")") "") '())
(try "nothing" "empty.drv" "" '())
(try "a beginning" "garbage.drv" "Derive(" '())
(try "a million brackets" "deep.drv" (string-append "Derive(" (make-string 1000000 #\[)) '())
(try "no outputs" "noout.drv" (text "" "") '())
(try "an output out of the store" "etc.drv" (claim "/etc/passwd") '())
(try "an output above the store" "trav.drv" (claim "/gnu/store/../../etc/passwd") '())
(call-with-output-file "evil.drv" (lambda (port) (display (claim hello) port)))
(try "a file" "x" "x" '())
(guard (c (#t (display "refused: a file added\n")))
  (format #t "TAKEN: ~a~%" (add-to-store s "evil.drv" #t "sha256" "evil.drv")))
SCM
nacre repl -q steal.scm > out
grep -v '^refused: \|^TAKEN: a file ' out && fail "a derivation was taken that claims what is not its own"
[ "$(grep -c '^refused: ' out)" = 10 ] || { cat out; fail "not all were tried"; }

# A store may hold one: row and file as an older program wrote them.
cat > plant.py <<'PY'
import hashlib, os, sqlite3, struct, sys
root = sys.argv[1]
out = '/gnu/store/z38bxdz7zrriycz071zab58ljm02f366-hello-2.10'
drv = '/gnu/store/' + '1' * 32 + '-hello-2.10.drv'
text = 'Derive([("out","%s","","")],[],[],"x86_64-linux","builtin:download",[],[("out","%s")])' % (out, out)
def token(b): return struct.pack('<Q', len(b)) + b + b'\0' * (-len(b) % 8)
nar = b''.join(map(token, [b'nix-archive-1', b'(', b'type', b'regular', b'contents', text.encode(), b')']))
with open(root + drv, 'w') as file: file.write(text)
os.chmod(root + drv, 0o444)
db = sqlite3.connect(root + '/var/guix/db/db.sqlite')
row = db.execute('insert into ValidPaths (path, hash, registrationTime, narSize) values (?, ?, 1, ?)',
                 (drv, 'sha256:' + hashlib.sha256(nar).hexdigest(), len(nar)))
db.execute('insert into DerivationOutputs (drv, id, path) values (?, ?, ?)', (row.lastrowid, 'out', out))
db.commit()
print(drv)
PY
planted=$(python3 plant.py "$ROOT")
expect_status 1 nacre gc --verify
expect_in out "forged: $planted"
expect_status 1 nacre build "$planted"
expect_in err "is refused"
expect_status 1 nacre build -n "$planted"
expect_status 0 nacre gc --delete "$planted"
expect_status 0 nacre gc --verify=contents
