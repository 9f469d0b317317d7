# The cluster of scripts/stack: its network, and its nodes as a whole.
# shellcheck shell=bash disable=SC2154  # home, root come from scripts/stack

cluster_home=$home/cluster
cluster_number=${STACK_CLUSTER:-0}
[[ $cluster_number =~ ^[0-9]{1,3}$ ]] && ((10#$cluster_number <= 255)) ||
  die "STACK_CLUSTER is '$cluster_number'; a number from 0 to 255 is allowed"
cluster_net=10.97.$cluster_number
cluster_bridge=bankslip$cluster_number
cluster_nodes=(etcd kafka1 kafka2 kafka3 postgres1 postgres2 postgres3)
cluster_clients=(client1 client2)

# shellcheck source=scripts/stack_cluster_nodes.sh
. "$root/scripts/stack_cluster_nodes.sh"

node_address() {
  local tens
  case $1 in
    kafka[1-3]) tens=1 ;;
    postgres[1-3]) tens=2 ;;
    etcd) tens=3 ;;
    client[1-2]) tens=4 ;;
    *) die "'$1' is none of ${cluster_nodes[*]}" ;;
  esac
  printf '%s.%s%s\n' "$cluster_net" "$tens" "${1//[^0-9]/}"
}

node_namespace() { printf 'bankslip%s-%s\n' "$cluster_number" "$1"; }

node_pid() { cat "$cluster_home/$1/$(node_kind "$1").pid" 2>/dev/null || true; }

node_running() { process_is "$(node_pid "$1")" "$cluster_home/$1/"; }

# The kind of a node is its name without the number.
node_kind() { printf '%s\n' "${1%[0-9]}"; }

cluster_can_run() {
  [[ $EUID -eq 0 ]] || die "network namespaces are made by root only: run it as root, or by sudo"
  local program
  for program in ip iptables nsenter etcd patroni java curl; do
    type -P "$program" >/dev/null || die "no $program; run scripts/setup --cluster"
  done
  compgen -G "$kafka_libs/kafka_*.jar" >/dev/null || die "no Kafka in $kafka_libs; run scripts/setup"
}

link_node() {
  local name inner address
  name=$(node_namespace "$1")
  inner=bs$cluster_number-$1
  address=$(node_address "$1")
  [[ ! -e /run/netns/$name ]] || return 0
  ip netns add "$name"
  ip link add "$inner" type veth peer name eth0 netns "$name"
  ip link set "$inner" master "$cluster_bridge" up
  ip -n "$name" address add "$address/24" dev eth0
  ip -n "$name" link set eth0 up
  ip -n "$name" link set lo up
}

network_up() {
  local node
  if [[ ! -e /sys/class/net/$cluster_bridge ]]; then
    ip link add "$cluster_bridge" type bridge
    ip address add "$cluster_net.1/24" dev "$cluster_bridge"
    ip link set "$cluster_bridge" up
    touch "$cluster_home/network"
  elif [[ ! -e $cluster_home/network ]]; then
    die "the network $cluster_net.0/24 belongs to another stack; choose another by STACK_CLUSTER"
  fi
  for node in "${cluster_nodes[@]}" "${cluster_clients[@]}"; do
    link_node "$node"
  done
}

# A partition that a test has left is no partition of the next one.
network_whole() {
  local node
  for node in "${cluster_nodes[@]}" "${cluster_clients[@]}"; do
    ip netns exec "$(node_namespace "$node")" iptables -F
  done
}

network_down() {
  local node
  [[ -e $cluster_home/network ]] || return 0
  for node in "${cluster_nodes[@]}" "${cluster_clients[@]}"; do
    end_all "$node"
    [[ ! -e /run/netns/$(node_namespace "$node") ]] || ip netns delete "$(node_namespace "$node")"
  done
  ip link delete "$cluster_bridge" 2>/dev/null || true
  rm -f "$cluster_home/network"
}

pids_on() { ip netns pids "$(node_namespace "$1")" 2>/dev/null || true; }

nobody_on() { [[ -z $(pids_on "$1") ]]; }

# Also what a server has left behind, or a test that was killed.
end_all() {
  local pids
  mapfile -t pids < <(pids_on "$1")
  ((${#pids[@]} > 0)) || return 0
  kill -KILL "${pids[@]}" 2>/dev/null || true
  wait_until 100 nobody_on "$1" || die "processes of $1 cannot be ended: $(pids_on "$1")"
}

node_up() {
  local kind
  kind=$(node_kind "$1")
  if ! node_running "$1"; then
    end_all "$1"
    "${kind}_node_launch" "$1"
  fi
  wait_until 900 node_ready_or_dead "$1" && "${kind}_node_ready" "$1" || {
    show_tail "$cluster_home/$1/$kind.log"
    die "$1 does not answer"
  }
  say "$1 answers on $(node_address "$1") (pid $(node_pid "$1"))"
}

node_ready_or_dead() { "$(node_kind "$1")_node_ready" "$1" || ! node_running "$1"; }

node_gone() { ! node_running "$1"; }

node_down() {
  local pid pids
  pid=$(node_pid "$1")
  if node_running "$1"; then
    mapfile -t pids < <(pids_on "$1")
    kill -CONT "${pids[@]}" 2>/dev/null || true
    kill -TERM "$pid"
    wait_until 300 node_gone "$1" || say "$1 (pid $pid) did not stop in 30 s and is killed"
  fi
  end_all "$1"
  rm -f "$cluster_home/$1/$(node_kind "$1").pid"
  say "$1 stopped"
}

node_status() {
  if node_running "$1"; then
    say "$1 runs on $(node_address "$1") (pid $(node_pid "$1"))"
  else
    say "$1 is not running"
    return 1
  fi
}

node_reset() {
  node_down "$1"
  rm -rf "${cluster_home:?}/$1"
}

# All at once: brokers wait for one another, and so do databases.
for_each_node() {
  local verb=$1 node pid pids=() status=0
  for node in "${nodes[@]}"; do
    "node_$verb" "$node" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do
    wait "$pid" || status=1
  done
  return "$status"
}

cluster() {
  local verb=$1 whole=no nodes=("${@:2}") node
  case $verb in
    up | down | reset | status) ;;
    *) die "--cluster has the verbs up, down, status and reset, not '$verb'" ;;
  esac
  ((${#nodes[@]} > 0)) || {
    nodes=("${cluster_nodes[@]}")
    whole=yes
  }
  for node in "${nodes[@]}"; do
    [[ " ${cluster_nodes[*]} " == *" $node "* ]] || die "'$node' is none of ${cluster_nodes[*]}"
  done
  [[ $verb != status ]] || {
    for_each_node status
    return
  }
  cluster_can_run
  mkdir -p "$cluster_home"
  # Of a whole cluster only: a node may be started while another is stopped.
  [[ $whole == no ]] || lock
  if [[ $verb == up ]]; then
    network_up
    [[ $whole == no ]] || network_whole
  fi
  # etcd last: a primary that stops says so there.
  [[ $whole == no || $verb == up ]] || nodes=("${nodes[@]:1}")
  for_each_node "$verb"
  [[ $whole == no ]] || "whole_$verb"
}

whole_up() { databases_agree; }

whole_down() {
  node_down etcd
  network_down
}

whole_reset() {
  whole_down
  rm -rf "$cluster_home" || die "cannot remove $cluster_home"
}
