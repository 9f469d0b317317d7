#!/usr/bin/env bash
# Whether a file of the tree names the folder of this checkout or somebody's home.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/checks/files.sh

patterns=(-e '(^|[^[:alnum:]_.~-])/(home|Users)/[[:alnum:]]')
top=/$(cut -d / -f 2 <<<"$PWD")/
case $top in
  /tmp/ | /home/ | /root/ | /usr/ | /var/ | /opt/ | /srv/ | /mnt/) ;;
  *) patterns+=(-e "(^|[^[:alnum:]_.~-])$top") ;;
esac
((${#PWD} > 8)) && patterns+=(-e "$(sed 's/[].[*^$+?(){}|\\]/\\&/g' <<<"$PWD")")
if tree_files | xargs -0 grep -nIE "${patterns[@]}" /dev/null; then
  echo "these lines name a folder of one machine"
  exit 1
fi
echo "no file names a folder of this machine"
