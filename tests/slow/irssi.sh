# SPDX-License-Identifier: GPL-3.0-or-later
# GLib and Irssi are built from source, and run.
. "$(dirname "$0")/../cli/lib.sh"

irssi=$(nacre build irssi)
run_in_store "$irssi/bin/irssi" --version > out
expect_in out "irssi 1.4.5"

nacre build glib > out
bin=$(grep -e '-bin$' out)
run_in_store "$bin/bin/gio" version > out
expect_in out "2.74.6"
