# Kafka's part of scripts/stack: one node in KRaft mode.
# shellcheck shell=bash disable=SC2154  # home, root, *_port come from scripts/stack

kafka_libs=$root/.local/kafka/libs
kafka_host=127.0.0.1
# Properties of a node that is one of several, and the command that it is started by.
kafka_more=()
kafka_within=()

# The functions below are about the node in folder $1, with a heap of $2 MB.
kafka_at() {
  kafka_home=$1
  kafka_config=$kafka_home/server.properties
  kafka_log=$kafka_home/kafka.log
  kafka_pid_file=$kafka_home/kafka.pid
  # The quick compiler only: a broker that lives for minutes never earns back what
  # the optimising one takes from two cores.
  kafka_java=(java -XX:TieredStopAtLevel=1 -Xms128m "-Xmx$2m" -XX:+UseSerialGC
    -Djava.awt.headless=true -Dlog4j2.configurationFile="$root/deps/kafka-log4j2.properties"
    -cp "$kafka_libs/*")
}

kafka_at "$home/kafka" 512

kafka_pid() { cat "$kafka_pid_file" 2>/dev/null || true; }

kafka_running() { process_is "$(kafka_pid)" "$kafka_config"; }

kafka_running_port() { sed -n 's|^advertised.listeners=.*:||p' "$kafka_config"; }

kafka_write_config() {
  mkdir -p "$kafka_home" || die "cannot make the folder $kafka_home"
  {
    cat "$root/deps/kafka.properties"
    printf '%s\n' "listeners=PLAINTEXT://$kafka_host:$kafka_port,CONTROLLER://$kafka_host:$controller_port" \
      "advertised.listeners=PLAINTEXT://$kafka_host:$kafka_port" \
      "controller.quorum.voters=1@$kafka_host:$controller_port" "log.dirs=$kafka_home/data" \
      "${kafka_more[@]}"
  } >"$kafka_config" || die "cannot write $kafka_config"
}

kafka_format() {
  # Any 22 characters of base64url name a cluster.
  "${kafka_java[@]}" kafka.tools.StorageTool format -t bankslip-private-stack -c "$kafka_config" \
    --ignore-formatted >"$kafka_log" 2>&1 || {
    show_tail "$kafka_log"
    die "cannot prepare Kafka's data folder $kafka_home/data"
  }
}

kafka_started() { grep -q 'Kafka Server started' "$kafka_log"; }

kafka_started_or_dead() { kafka_started || ! kafka_running; }

kafka_launch() {
  # Every segment of every topic is an open file.
  ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
  setsid "${kafka_within[@]}" "${kafka_java[@]}" kafka.Kafka "$kafka_config" >"$kafka_log" 2>&1 9>&- </dev/null &
  echo $! >"$kafka_pid_file" || {
    kill -KILL $!
    die "cannot write $kafka_pid_file"
  }
  # Until the new process has become java its command line is this script's.
  wait_until 20 kafka_running || true
  wait_until 900 kafka_started_or_dead && kafka_started && return
  show_tail "$kafka_log"
  kafka_running && kill -KILL "$(kafka_pid)"
  rm -f "$kafka_pid_file"
  die "Kafka did not start on port $kafka_port"
}

kafka_up() {
  if kafka_running; then
    local running_port
    running_port=$(kafka_running_port)
    [[ $running_port == "$kafka_port" ]] ||
      die "Kafka of $home runs on port $running_port already; scripts/stack down first"
  else
    compgen -G "$kafka_libs/kafka_*.jar" >/dev/null ||
      die "no Kafka in $kafka_libs; run scripts/setup"
    type -P java >/dev/null || die "no java; run scripts/setup"
    require_free_port "$kafka_port" STACK_KAFKA_PORT
    require_free_port "$controller_port" STACK_KAFKA_PORT
    kafka_write_config
    [[ -e $kafka_home/data/meta.properties ]] || kafka_format
    kafka_launch
  fi
  say "Kafka answers on $kafka_host:$kafka_port (pid $(kafka_pid))"
}

kafka_gone() { ! kafka_running; }

kafka_down() {
  kafka_running || {
    say "Kafka is not running"
    return 0
  }
  local pid
  pid=$(kafka_pid)
  kill -TERM "$pid"
  wait_until 300 kafka_gone || {
    say "Kafka (pid $pid) did not stop in 30 s and is killed"
    kill -KILL "$pid"
    wait_until 50 kafka_gone || die "Kafka (pid $pid) cannot be stopped"
  }
  rm -f "$kafka_pid_file"
  say "Kafka stopped"
}

kafka_status() {
  if kafka_running; then
    say "Kafka runs on 127.0.0.1:$(kafka_running_port) (pid $(kafka_pid))"
  else
    say "Kafka is not running"
    return 1
  fi
}

kafka_reset() {
  kafka_down
  rm -rf "$kafka_home/data" "$kafka_config" "$kafka_log" || die "cannot remove $kafka_home/data"
  say "Kafka's data removed"
}
