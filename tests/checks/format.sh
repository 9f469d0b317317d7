#!/usr/bin/env bash
# Whether clang-format would change a C++ file of the repository. Versions differ in
# taste: the one judges that deps/test-requirements.txt names and scripts/setup installs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
judge=.local/venv/bin/clang-format
[[ -x $judge ]] || {
  echo "no $judge: run scripts/setup"
  exit 1
}
. tests/checks/files.sh
mapfile -d '' -t files < <(tree_files | grep -zE '\.[ch]pp$')
"$judge" --dry-run --Werror "${files[@]}"
echo "${#files[@]} files are formatted"
