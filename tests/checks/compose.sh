#!/usr/bin/env bash
# Whether docker-compose accepts docker-compose.yml and it has the services
# that users know.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
docker-compose config -q
services=$(docker-compose config --services | sort | tr '\n' ' ')
[[ $services == "adminer app consumer db kafka kafka-ui " ]] || {
  echo "docker-compose.yml has the services: $services"
  exit 1
}
echo "docker-compose.yml is valid"
