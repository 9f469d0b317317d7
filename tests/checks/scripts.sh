#!/usr/bin/env bash
# Whether the shell and Python scripts of the tree parse, are executable, and pass shellcheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/checks/files.sh

shell=() python=()
while IFS= read -r -d '' file; do
  case $file in
    *.[ch]pp | *.mjs | *.js | *.md | *.json | *.sql | *.png | tests/fuzz/corpus/* | templates/*) continue ;;
  esac
  first=
  IFS= LC_ALL=C read -r -n 64 first <"$file" 2>/dev/null || true
  case $first in
    '#!'*[/\ ]bash* | '#!'*/sh*) shell+=("$file") ;;
    '#!'*python3*) python+=("$file") ;;
    *)
      case $file in
        *.sh) bash -n "$file" ;;
        *.py) python+=("$file") ;;
      esac
      continue
      ;;
  esac
  [[ -x $file ]] || {
    echo "$file is not executable"
    exit 1
  }
done < <(tree_files)

for file in "${shell[@]}"; do
  bash -n "$file"
done
python3 -c '
import ast, sys
for file in sys.argv[1:]:
    ast.parse(open(file, encoding="utf-8").read(), file)' "${python[@]}"
shellcheck -S warning -x -P scripts "${shell[@]}"
echo "${#shell[@]} shell and ${#python[@]} Python scripts are sound"
