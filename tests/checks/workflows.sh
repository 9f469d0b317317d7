#!/usr/bin/env bash
# Whether the workflows, and what else is YAML for GitHub, are sound: form (yamllint), GitHub's
# own schemas (check-jsonschema), and security (zizmor). actionlint.sh looks at the rest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PWD/.local/venv/bin:$PATH
for tool in yamllint check-jsonschema zizmor; do
  type -P "$tool" >/dev/null || {
    echo "no $tool: run scripts/setup"
    exit 1
  }
done
yamllint --strict .github .pre-commit-config.yaml
check-jsonschema -q --builtin-schema vendor.github-workflows .github/workflows/*.yml
check-jsonschema -q --builtin-schema vendor.dependabot .github/dependabot.yml
zizmor --offline --quiet --no-progress .github
echo "the workflows are sound"
