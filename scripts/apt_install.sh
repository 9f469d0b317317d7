#!/usr/bin/env bash
# Installs the Debian packages named as arguments; for scripts/setup, as root.
# No service is started and no system cluster of PostgreSQL is made.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

policy=/usr/sbin/policy-rc.d
cluster_conf=/etc/postgresql-common/createcluster.d/bankslip-setup.conf
made=()

forbid_services() {
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made+=("$policy")
  fi
  mkdir -p "$(dirname "$cluster_conf")"
  echo 'create_main_cluster = false' >"$cluster_conf"
  made+=("$cluster_conf")
}

clean_up() { rm -f "${made[@]}"; }

has_unit() { systemctl cat "$1.service" >/dev/null 2>&1; }

# Those of our packages' services that this machine does not have yet. One that it
# has may serve a cluster or a site of its owner, whatever package it came with.
new_services() {
  local unit
  [[ -d /run/systemd/system ]] || return 0
  for unit in etcd nginx patroni postgresql; do
    has_unit "$unit" || printf '%s\n' "$unit"
  done
}

# What was installed just now must not come up at the next boot either.
disable_services() {
  local unit
  for unit in "$@"; do
    ! has_unit "$unit" || systemctl disable --quiet "$unit.service" ||
      say "cannot disable $unit.service"
  done
}

export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
trap clean_up EXIT
mapfile -t services < <(new_services)
forbid_services
"${apt[@]}" update </dev/null || say "apt-get update failed; trying with the lists that are there"
"${apt[@]}" install -y --no-install-recommends "$@" </dev/null ||
  die "apt-get could not install: $*"
disable_services "${services[@]}"
