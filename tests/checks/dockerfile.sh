#!/usr/bin/env bash
# Whether hadolint has anything to say of the Dockerfiles.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/checks/files.sh

tree_files | grep -zE '(^|/)Dockerfile$' | xargs -0 .local/venv/bin/hadolint
echo "the Dockerfiles are sound"
