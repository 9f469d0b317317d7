# The servers of the cluster's nodes: how each kind is launched, and when it is ready.
# shellcheck shell=bash disable=SC2154  # cluster_*, root, home come from scripts/stack

# The command before a server of node $1, which replaces itself by it. As another account
# it keeps the right to enter folders that the account may not.
on_node() { within=(nsenter "--net=/run/netns/$(node_namespace "$1")" --); }

as_account_of_postgres() {
  local right
  right=$(folder_right)
  id -u postgres >/dev/null 2>&1 || die "no account 'postgres'; run scripts/setup"
  within+=(setpriv --reuid postgres --regid "$(id -g postgres)" --clear-groups
    --inh-caps "+$right" --ambient-caps "+$right" --)
}

# Starts the command $2... on node $1.
launch() {
  local node=$1 kind within
  kind=$(node_kind "$1")
  shift
  on_node "$node"
  [[ $kind != postgres ]] || as_account_of_postgres
  # A pid file tells of its process also while that still becomes the server.
  (
    cd "$cluster_home/$node"
    exec setsid "${within[@]}" "$@" >"$kind.log" 2>&1 9>&- </dev/null
  ) &
  echo $! >"$cluster_home/$node/$kind.pid"
  wait_until 20 node_running "$node" || true
}

etcd_node_launch() {
  local url
  url=http://$(node_address etcd):2379
  mkdir -p "$cluster_home/etcd"
  launch etcd etcd --name etcd --data-dir "$cluster_home/etcd/data" \
    --enable-v2=true --listen-client-urls "$url" --advertise-client-urls "$url" \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster etcd=http://127.0.0.1:2380
}

answers() { curl -fs -m 2 -o /dev/null "http://$(node_address "$1"):$2/health"; }

etcd_node_ready() { answers etcd 2379; }

# One node of three; its topics are as safe as whoever makes them asks for.
kafka_node_launch() {
  local number=${1#kafka} node voters=() within
  for node in 1 2 3; do
    voters+=("$node@$(node_address "kafka$node"):9093")
  done
  # In a shell of its own: the names are those of the stack's only node.
  (
    kafka_at "$cluster_home/$1" 256
    kafka_host=$(node_address "$1") kafka_port=9092 controller_port=9093
    kafka_more=("node.id=$number" "controller.quorum.voters=$(
      IFS=,
      echo "${voters[*]}"
    )" offsets.topic.replication.factor=3 transaction.state.log.replication.factor=3
      transaction.state.log.min.isr=2 share.coordinator.state.topic.replication.factor=3
      share.coordinator.state.topic.min.isr=2)
    kafka_write_config
    [[ -e $kafka_home/data/meta.properties ]] || kafka_format
    ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
    launch "$1" "${kafka_java[@]}" kafka.Kafka "$kafka_config"
  )
}

kafka_node_ready() { grep -q 'Kafka Server started' "$cluster_home/$1/kafka.log"; }

# Written anew at each start, for the servers' account alone: it has passwords.
patroni_config() {
  local address=$1 node=$2
  sed -e "s|@NODE@|$node|g" -e "s|@ADDRESS@|$address|g" -e "s|@NET@|$cluster_net|g" \
    -e "s|@HOME@|$cluster_home/$node|g" -e "s|@BIN@|$(postgres_bin)|g" "$root/deps/patroni.yml"
}

postgres_node_launch() {
  local folder=$cluster_home/$1
  mkdir -p "$folder"
  patroni_config "$(node_address "$1")" "$1" >"$folder/patroni.yml"
  chown -R postgres: "$folder"
  chmod 700 "$folder"
  HOME=$folder launch "$1" patroni "$folder/patroni.yml"
}

postgres_node_ready() { answers "$1" 8008; }

cluster_sql() {
  PGPASSWORD=changethis PGCONNECT_TIMEOUT=3 "$(postgres_bin)/psql" -XAtq -v ON_ERROR_STOP=1 -d \
    "host=$cluster_net.21,$cluster_net.22,$cluster_net.23 target_session_attrs=read-write
     user=admin dbname=postgres" -c "$1"
}

standby_is_synchronous() {
  [[ $(cluster_sql "select count(*) from pg_stat_replication where sync_state = 'sync'
    and state = 'streaming'" 2>/dev/null) == 1 ]]
}

# A new cluster counts as up once a commit waits for a standby.
databases_agree() {
  wait_until 600 standby_is_synchronous || die "no standby of PostgreSQL became synchronous"
  [[ $(cluster_sql "select count(*) from pg_database where datname = 'bankslip'") == 1 ]] ||
    cluster_sql 'create database bankslip' || die "there is no database 'bankslip'"
  say "PostgreSQL has a primary and a synchronous standby"
}
