#!/usr/bin/env bash
# Starts Kafka as the official image does. Its own class makes server.properties of the
# variables KAFKA_…, so that those of docker-compose.yml are read as there, and formats the
# storage; that it is formatted already counts as an error with it.
set -euo pipefail

said=$(java -cp '/opt/kafka/libs/*' kafka.docker.KafkaDockerWrapper setup \
  --default-configs-dir /etc/kafka/docker --mounted-configs-dir /mnt/shared/config \
  --final-configs-dir /opt/kafka/config 2>&1) || grep -i 'already formatted' <<<"$said" || {
  echo "$said"
  exit 1
}
# shellcheck disable=SC2086  # as kafka-server-start.sh: options, separated by blanks
exec java ${KAFKA_HEAP_OPTS:--Xmx1G -Xms1G} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
  -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.yaml -cp '/opt/kafka/libs/*' \
  kafka.Kafka /opt/kafka/config/server.properties
