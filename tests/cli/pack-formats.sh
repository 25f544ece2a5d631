# SPDX-License-Identifier: GPL-3.0-or-later
# Tarballs of every compression hold the same tree; the program in it runs from there.
. "$(dirname "$0")/lib.sh"
reference=
for compression in none gzip zstd xz lzip bzip2; do
  pack=$(nacre pack -C $compression -S /bin=bin -S /opt/greet=bin/hello hello)
  mkdir $compression
  case $compression in
    none) tar -xf "$pack" -C $compression ;;
    gzip) gunzip -c "$pack" | tar -x -C $compression ;;
    zstd) zstd -dcq "$pack" | tar -x -C $compression ;;
    xz) xz -dc "$pack" | tar -x -C $compression ;;
    lzip) lzip -dc "$pack" | tar -x -C $compression ;;
    bzip2) bzip2 -dc "$pack" | tar -x -C $compression ;;
  esac
  hash=$("$NACRE" hash -S nar "$compression/gnu/store")
  [ -z "$reference" ] || [ "$hash" = "$reference" ] || fail "$compression holds another tree"
  reference=$hash
done
[ -L none/opt/greet ] || fail "no link /opt/greet"
case $(readlink none/bin) in *gnu/store/*/bin) ;; *) fail "/bin leads to $(readlink none/bin)" ;; esac
