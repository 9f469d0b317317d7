#!/usr/bin/env bash
# Whether the shell and Python scripts parse, are executable, and pass shellcheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

shell=() python=()
for file in scripts/* .ci/run tests/checks/* bench/* deploy/compose/* \
  tests/containers/* tests/containers/standins/*; do
  [[ -f $file ]] || continue
  case $(head -c 64 "$file" | head -n 1) in
    '#!'*bash*) shell+=("$file") ;;
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
done

for file in "${shell[@]}"; do
  bash -n "$file"
done
for file in "${python[@]}"; do
  python3 -c 'import ast, sys; ast.parse(open(sys.argv[1], encoding="utf-8").read())' "$file"
done
shellcheck -S warning -x -P scripts "${shell[@]}"
echo "${#shell[@]} shell and ${#python[@]} Python scripts are sound"
