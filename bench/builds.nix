# SPDX-License-Identifier: GPL-3.0-or-later
# COUNT derivations that do next to nothing: independent, or each depending on the one before.
{ builder, count, chain, salt }:
let
  make = name: arguments: derivation {
    inherit name builder;
    system = "x86_64-linux";
    args = [ salt ] ++ arguments;
  };
  link = previous: i: make "link-${toString i}" [ "${previous}" ];
in
if chain
then builtins.foldl' link (make "first" [ "" ]) (builtins.genList (i: i) count)
else builtins.genList (i: make "tiny-${toString i}" [ (toString i) ]) count
