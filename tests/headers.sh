#!/bin/bash
# Each header compiles alone as C11; those that the C++ files include as C++17 too.
. tests/helpers.bash

bad=0
read -ra cc <<<"$CC"
read -ra cxx <<<"$CXX"
warnings=(-pedantic -Wall -Wextra -Wundef -Werror -D_GNU_SOURCE -Iinclude -fsyntax-only)
for header in include/lookalike/*/*.h; do
	"${cc[@]}" -std=c11 "${warnings[@]}" -Wstrict-prototypes -x c "$header" || bad=1
done
shopt -s nullglob
while read -r header; do
	"${cxx[@]}" -std=c++17 "${warnings[@]}" -x c++ "include/$header" || bad=1
done < <(sed -n 's/^#include "\(lookalike\/.*\)"/\1/p' src/extractor/*.cc src/extractor/*.hh | sort -u)
exit $bad
