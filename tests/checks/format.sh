#!/usr/bin/env bash
# Whether clang-format would change a C++ file of the repository. Versions
# differ in taste, so that only version 14 (Debian 12) judges; exit status 77: skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

skip() {
  echo "skipped: $*"
  exit 77
}

type -P clang-format >/dev/null || skip "no clang-format"
version=$(clang-format --version)
[[ $version == *"version 14."* ]] || skip "only clang-format 14 judges; this is: $version"
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || skip "not a git checkout"
mapfile -d '' -t files < <(git ls-files -z '*.cpp' '*.hpp')
((${#files[@]} > 0)) || {
  echo "no C++ file is tracked"
  exit 1
}
present=()
for file in "${files[@]}"; do
  [[ -e $file ]] && present+=("$file")
done
clang-format --dry-run --Werror "${present[@]}"
echo "${#present[@]} files are formatted"
