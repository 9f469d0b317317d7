#!/usr/bin/env bash
# Whether docker-compose accepts docker-compose.yml, and what the file promises holds in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
docker-compose config -q
docker-compose --env-file deploy/compose/cluster.env config -q
.local/venv/bin/python tests/checks/compose.py
