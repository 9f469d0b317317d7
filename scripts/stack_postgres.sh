# PostgreSQL's part of scripts/stack.
# shellcheck shell=bash disable=SC2154  # home, root, *_port come from scripts/stack

postgres_home=$home/postgres
postgres_data=$postgres_home/data
postgres_log=$postgres_home/postgres.log

postgres_bin() {
  local newest
  newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
  [[ -x $newest ]] || die "no PostgreSQL under /usr/lib/postgresql; run scripts/setup"
  dirname "$newest"
}

# The account of the server: PostgreSQL refuses to run as root.
postgres_account() {
  local owner=
  [[ -d $postgres_data ]] && owner=$(stat -c %U "$postgres_data")
  if [[ $EUID -ne 0 ]]; then
    id -un
  elif [[ -n $owner && $owner != root ]]; then
    printf '%s\n' "$owner"
  else
    printf 'postgres\n'
  fi
}

# The right to enter folders of others; containers often have only the wider one.
folder_right() {
  if setpriv --inh-caps +dac_read_search --ambient-caps +dac_read_search true 2>/dev/null; then
    printf 'dac_read_search\n'
  else
    printf 'dac_override\n'
  fi
}

# Runs a command as the server's account. A checkout below folders that the
# account may not enter (/root) is reached with the right to do so.
as_postgres() {
  local account
  account=$(postgres_account)
  if [[ $EUID -ne 0 ]]; then
    "$@"
  elif (cd / && runuser -u "$account" -- test -x "$postgres_home"); then
    (cd / && runuser -u "$account" -- "$@")
  else
    local right
    right=$(folder_right)
    (cd / && setpriv --reuid "$account" --regid "$(id -g "$account")" --clear-groups \
      --inh-caps "+$right" --ambient-caps "+$right" -- "$@")
  fi
}

postgres_pid() { head -n 1 "$postgres_data/postmaster.pid" 2>/dev/null || true; }

postgres_running() { process_is "$(postgres_pid)" "$postgres_data"; }

# The port of the running server, which may have been started with another.
postgres_running_port() { sed -n 4p "$postgres_data/postmaster.pid"; }

postgres_init() {
  local password_file=$postgres_home/password
  mkdir -p "$postgres_home"
  if [[ $EUID -eq 0 ]]; then
    id -u postgres >/dev/null 2>&1 || die "no account 'postgres'; run scripts/setup"
    chown postgres: "$postgres_home"
  fi
  # What an interrupted initdb left has no control file.
  [[ -e $postgres_data/global/pg_control ]] || rm -rf "$postgres_data"
  as_postgres sh -c "umask 077; echo changethis >'$password_file'"
  as_postgres "$(postgres_bin)/initdb" -D "$postgres_data" -U admin --pwfile="$password_file" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
    >"$home/initdb.log" 2>&1 || {
    show_tail "$home/initdb.log"
    rm -rf "$postgres_data"
    die "cannot make a database cluster in $postgres_data"
  }
  rm -f "$password_file" "$home/initdb.log"
  as_postgres sh -c "echo \"include 'stack.conf'\" >>'$postgres_data/postgresql.conf'"
}

postgres_check_version() {
  local ours theirs
  theirs=$(as_postgres cat "$postgres_data/PG_VERSION")
  ours=$(basename "$(dirname "$(postgres_bin)")")
  [[ $ours == "$theirs" ]] || die "$postgres_data belongs to PostgreSQL $theirs, installed is" \
    "$ours: run scripts/stack reset (removes the data), or pg_upgrade by hand"
}

postgres_sql() {
  PGPASSWORD=changethis "$(postgres_bin)/psql" -XAtq -v ON_ERROR_STOP=1 -h 127.0.0.1 \
    -p "$postgres_port" -U admin -d postgres -c "$1"
}

megabytes_of_memory() {
  local limit
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
  [[ $limit =~ ^[0-9]+$ ]] || limit=$((1 << 60))
  awk -v limit="$limit" '/^MemTotal/ {
    total = $2 * 1024
    print int((limit < total ? limit : total) / 1048576)
  }' /proc/meminfo
}

between() {
  local value=$1 least=$2 most=$3
  echo $((value < least ? least : value > most ? most : value))
}

# An index of random keys that outgrows the buffers, and each checkpoint, after
# which all its pages are logged whole, make every row dearer.
postgres_sizes() {
  local free
  free=$(df -Pm "$postgres_home" | awk 'NR == 2 {print $4}')
  echo "shared_buffers = $(between $(($(megabytes_of_memory) / 8)) 128 2048)MB"
  echo "max_wal_size = $(between $((free / 8)) 1024 12288)MB"
}

postgres_up() {
  if postgres_running; then
    local running_port
    running_port=$(postgres_running_port)
    [[ $running_port == "$postgres_port" ]] ||
      die "PostgreSQL of $home runs on port $running_port already; scripts/stack down first"
  else
    require_free_port "$postgres_port" STACK_POSTGRES_PORT
    [[ -e $postgres_data/stack.conf ]] || postgres_init
    postgres_check_version
    { cat "$root/deps/postgresql.conf" && postgres_sizes; } |
      as_postgres sh -c "cat >'$postgres_data/stack.conf'" ||
      die "cannot write $postgres_data/stack.conf"
    as_postgres "$(postgres_bin)/pg_ctl" start -w -t 60 -s -D "$postgres_data" \
      -l "$postgres_log" -o "-p $postgres_port" 9>&- </dev/null || {
      show_tail "$postgres_log"
      die "PostgreSQL did not start on port $postgres_port"
    }
  fi
  [[ $(postgres_sql "select count(*) from pg_database where datname = 'bankslip'") == 1 ]] ||
    postgres_sql 'create database bankslip' ||
    die "PostgreSQL has no database 'bankslip' and did not make it"
  say "PostgreSQL answers on 127.0.0.1:$postgres_port (pid $(postgres_pid))"
}

postgres_down() {
  postgres_running || {
    say "PostgreSQL is not running"
    return 0
  }
  as_postgres "$(postgres_bin)/pg_ctl" stop -w -t 60 -s -m fast -D "$postgres_data" || {
    show_tail "$postgres_log"
    die "PostgreSQL (pid $(postgres_pid)) did not stop in 60 s"
  }
  say "PostgreSQL stopped"
}

postgres_status() {
  if postgres_running; then
    say "PostgreSQL runs on 127.0.0.1:$(postgres_running_port) (pid $(postgres_pid))"
  else
    say "PostgreSQL is not running"
    return 1
  fi
}

postgres_reset() {
  postgres_down
  rm -rf "$postgres_home" || die "cannot remove $postgres_home"
  say "PostgreSQL's data removed"
}
