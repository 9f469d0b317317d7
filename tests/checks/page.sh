#!/usr/bin/env bash
# Whether the page's modules do what they should, without a browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
type -P node >/dev/null || {
  echo "no node: run scripts/setup"
  exit 1
}
node --test tests/web/
