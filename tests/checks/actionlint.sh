#!/usr/bin/env bash
# Whether actionlint finds the workflows' expressions, contexts and shell lines right. Where
# scripts/setup found no Go to build it by, this is skipped: ctest says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PWD/.local/go:$PATH
type -P actionlint >/dev/null || {
  echo "SKIPPED: no actionlint; scripts/setup builds it where there is Go 1.25"
  exit 77
}
actionlint
echo "the workflows' lines are sound"
