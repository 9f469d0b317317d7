# Shared by the scripts of this folder; sourced, never run.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# Whether something listens on 127.0.0.1:$1.
port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Whether process $1 lives and has the text $2 in its command line.
process_is() {
  [[ -n ${1:-} && -r /proc/$1/cmdline ]] && tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null |
    grep -qF -- "$2"
}

# Prints $1 if it is a port number; $2 names where it came from.
checked_port() {
  [[ $1 =~ ^[0-9]{1,5}$ ]] && ((10#$1 >= 1 && 10#$1 <= 65534)) ||
    die "$2 is '$1'; a port from 1 to 65534 is allowed"
  printf '%d\n' "$((10#$1))"
}

# Waits up to $1 tenths of a second for the command that follows to succeed.
wait_until() {
  local tenths=$1
  shift
  while ! "$@"; do
    ((tenths-- > 0)) || return 1
    sleep 0.1
  done
}

# Shows the end of the log file $1.
show_tail() {
  [[ -r $1 ]] || return 0
  say "end of $1:"
  tail -n 20 "$1" >&2
}
