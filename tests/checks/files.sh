# Sourced by the checks: the files of the tree, with or without git.
# shellcheck shell=bash

# Prints the names of all files of the tree that are not made by a build, each with a NUL.
tree_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z | while IFS= read -r -d '' file; do
      [[ ! -e $file ]] || printf '%s\0' "$file"
    done
  else
    find . \( -path ./build -o -path ./.local -o -path ./.cache \) -prune -o -type f -printf '%P\0'
  fi
}
