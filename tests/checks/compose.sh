#!/usr/bin/env bash
# Whether docker-compose accepts docker-compose.yml, and what the file promises holds in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
docker-compose config -q

# What .env says stays in force beside the cluster's variables.
settings=$(mktemp)
trap 'rm -f "$settings"' EXIT
echo POSTGRES_PASSWORD=kept >"$settings"
cluster=$(
  unset POSTGRES_PASSWORD
  set -a
  . deploy/compose/cluster.env
  docker-compose --env-file "$settings" config
)
grep -q '^  kafka-3:$' <<<"$cluster"
if grep POSTGRES_PASSWORD: <<<"$cluster" | grep -v kept; then exit 1; fi

.local/venv/bin/python tests/checks/compose.py
