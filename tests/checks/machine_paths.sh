#!/usr/bin/env bash
# Whether a tracked file names the folder of this checkout or somebody's home.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || {
  echo "skipped: not a git checkout"
  exit 77
}

patterns=(-e '(^|[^[:alnum:]_.~-])/(home|Users)/[[:alnum:]]')
top=/$(cut -d / -f 2 <<<"$PWD")/
case $top in
  /tmp/ | /home/ | /root/ | /usr/ | /var/ | /opt/ | /srv/ | /mnt/) ;;
  *) patterns+=(-e "(^|[^[:alnum:]_.~-])$top") ;;
esac
((${#PWD} > 8)) && patterns+=(-e "$(sed 's/[].[*^$+?(){}|\\]/\\&/g' <<<"$PWD")")
# git grep: 0 found, 1 nothing, else an error.
status=0
git grep -nIE "${patterns[@]}" -- . || status=$?
case $status in
  0)
    echo "these lines name a folder of one machine"
    exit 1
    ;;
  1) echo "no file names a folder of this machine" ;;
  *) exit "$status" ;;
esac
