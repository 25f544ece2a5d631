#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# collection.sh [--table] [NAME...]: builds each package of the collection, or those called NAME, builds it again,
# compares, and writes docs/collection.md. With --table it builds nothing and writes what earlier runs found.
#
# Results are kept in build/collection (or $COLLECTION_RESULTS), one file per derivation, each written as soon
# as it is known: a run that was ended goes on where it was, and what changed since is built again. NACRE is the
# program (default: build/nacre). The exit status is 1 if a package does not build twice to the same bits.
set -euo pipefail
cd "$(dirname "$0")/.."
nacre=${NACRE:-build/nacre}
results=${COLLECTION_RESULTS:-build/collection}
document=docs/collection.md
table_only=
if [ "${1:-}" = --table ]; then
  table_only=yes
  shift
fi
mkdir -p "$results"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Prints the name of the file that holds the result of DERIVATION.
result_of() { echo "$results/$(basename "$1" .drv)"; }

# Prints the first phase that failed in the log FILE, or the error.
failure_in() {
  local phase
  phase=$(sed -n "s/.*phase .\([a-z-]*\)' failed.*/phase '\1' failed/p" "$1" | head -n 1)
  [ -n "$phase" ] || phase=$(grep -m 1 'error:' "$1" | sed 's,/gnu/store/[0-9a-z]*-,,g' || true)
  echo "${phase:-see the log}"
}

# Prints the file of the item, and how it differs, as 'build --check' reports in FILE.
difference_in() {
  sed -n "s,.*'/gnu/store/[0-9a-z]*-\([^']*\)' differs [^:]*: \(.*\),\1: \2,p" "$1" |
    sed 's,/gnu/store/[0-9a-z]*-,,g; s/|/\\|/g' | head -n 1
}

# Builds SPECIFICATION, whose derivation is DERIVATION, twice, and keeps the result.
build_twice() {
  local specification=$1 result log=$work/log
  result=$(result_of "$2")
  if ! "$nacre" build "$specification" > /dev/null 2> "$log"; then
    printf 'no\t\t%s\n' "$(failure_in "$log")" > "$work/result"
  elif "$nacre" build --check "$specification" > /dev/null 2> "$log"; then
    printf 'yes\tyes\t\n' > "$work/result"
  else
    printf 'yes\tno\t%s\n' "$(difference_in "$log")" > "$work/result"
  fi
  mv "$work/result" "$result"
}

build_all() {
  local name version specification derivation provenance
  while IFS=$'\t' read -r name version specification derivation provenance; do
    [ -s "$(result_of "$derivation")" ] || {
      echo "$specification" >&2
      build_twice "$specification" "$derivation"
    }
  done < "$work/packages"
}

print_rows() {
  local name version specification derivation provenance builds same why result
  while IFS=$'\t' read -r name version specification derivation provenance; do
    result=$(result_of "$derivation")
    builds='' same='' why='not built twice yet'
    # The separator is one that 'read' does not join.
    [ ! -s "$result" ] || IFS='|' read -r builds same why <<< "$(sed 's/|/\&#124;/g; s/\t/|/g' "$result")"
    echo "| $name | $version | $provenance | $builds | $same | $why |"
  done < "$work/all"
}

write_document() {
  local count known same
  print_rows > "$work/rows"
  count=$(wc -l < "$work/rows")
  known=$(grep -vc 'not built twice yet' "$work/rows" || true)
  same=$(grep -c '| yes | yes | ' "$work/rows" || true)
  cat > "$work/document" <<END
# The collection

What \`make collection\` found: it builds every package of the channel, builds it again, and compares the two
results bit by bit. *source* means that the package is compiled from its authors' source; *imported*, that a binary of Debian
was adapted, which happens only to what the others are compiled with; *other packages*, that it joins
packages that are in this table.

$known of $count packages were built twice; $same of them gave the same bits.

| package | version | from | builds | same bits | why not |
|---|---|---|---|---|---|
END
  cat "$work/rows" >> "$work/document"
  mv "$work/document" "$document"
}

"$nacre" repl -q scripts/collection.scm > "$work/all"
if [ $# = 0 ]; then
  cp "$work/all" "$work/packages"
else
  "$nacre" repl -q scripts/collection.scm "$@" > "$work/packages"
fi
[ -s "$work/packages" ] || { echo "collection.sh: no package is called $*" >&2; exit 1; }
[ -n "$table_only" ] || build_all
write_document

# What this run was about.
while IFS=$'\t' read -r _ _ _ derivation _; do
  result=$(result_of "$derivation")
  [ ! -s "$result" ] || grep -q $'^yes\tyes' "$result" || exit 1
done < "$work/packages"
