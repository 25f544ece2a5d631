# SPDX-License-Identifier: GPL-3.0-or-later
# A store fetches items of another store if their key is authorized; a failed fetch is an error, or
# the item is built.
. "$(dirname "$0")/lib.sh"
in_store() {
  local name=$1
  shift
  "$NACRE" --root "$work/$name" "$@"
}
mkdir -p www/server/nar giver taker other
printf 'the contents\n' > www/source.txt
serve_www
cat > origin.scm <<SCM
(use-modules (guix packages) (guix download))
(origin
  (method url-fetch)
  (uri "$web/source.txt")
  (sha256 (base32 "$("$NACRE" hash www/source.txt)")))
SCM

# The giver builds, signs and publishes.
item=$(in_store giver build -f origin.scm)
cat > publish.scm <<'SCM'
(use-modules (nacre substitute) (nacre store) (guix serialization) (ice-9 match))
(match (command-line)
  ((_ item directory name)
   (let ((store (open-store)))
     (generate-signing-key! store)
     (call-with-output-file (string-append directory "/nar/item")
       (lambda (port) (write-file item port)))
     (call-with-output-file (string-append directory "/" name ".narinfo")
       (lambda (port)
         (display (store-narinfo store item '(("nar/item.gz" "gzip" 100)) #t) port))))))
SCM
name=$(basename "$item" | cut -c1-32)
in_store giver repl -q publish.scm "$item" "$work/www/server" "$name"
gzip -9 -n www/server/nar/item
printf 'StoreDir: /gnu/store\n' > www/server/nix-cache-info
mv www/source.txt source.away

# The giver's key is not authorized yet.
expect_status 1 in_store taker build -f origin.scm
expect_status 1 in_store taker build -f origin.scm --substitute-urls="$web/server"
expect_in err "unauthorized public key"
[ ! -e "taker$item" ] || fail "$item was taken from a stranger"

cat > trust.scm <<'SCM'
(use-modules (nacre substitute) (nacre store) (ice-9 match) (ice-9 textual-ports))
(match (command-line)
  ((_ key) (authorize-key! (open-store) (call-with-input-file key get-string-all))))
SCM
for store in taker other; do
  in_store $store repl -q trust.scm "$work/giver/etc/guix/signing-key.pub"
done

# The user may disable substitutes.
expect_status 1 in_store taker build -f origin.scm --no-substitutes --substitute-urls="$web/server"

expect_status 0 in_store taker build -n -f origin.scm --substitute-urls="$web/server"
expect_in err "would be downloaded"
expect_in err "$item"
expect_status 0 in_store taker build -f origin.scm \
  --substitute-urls="http://127.0.0.1:1 $web/server"
expect_in out "$item"
expect_in err "http://127.0.0.1:1: "
cmp "taker$item" source.away || fail "something else was fetched"
in_store taker gc --verify=contents

# An archive that is corrupt: an error, unless it can be built.
cp -r www/server corrupt
printf 'junk' | gzip -n > corrupt/nar/item.gz
expect_status 1 in_store other build -f origin.scm --substitute-urls="file://$work/corrupt"
expect_in err "corrupt, nar/item.gz: "
expect_in err "--fallback"
[ ! -e "other$item" ] || fail "a corrupt item is in the store"
mv source.away www/source.txt
expect_status 0 in_store other build -f origin.scm --fallback --substitute-urls="file://$work/corrupt"
cmp "other$item" www/source.txt || fail "something else was built"

# What was fetched can be built again and compared.
expect_status 0 in_store taker build --check -f origin.scm --substitute-urls="$web/server"
