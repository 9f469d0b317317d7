#!/usr/bin/env bash
# Runs nginx with deploy/nginx.conf before the compose service `app`, whose address changes
# when its container is made anew.
set -euo pipefail

conf=/tmp/nginx.conf
sed -E -e 's#127\.0\.0\.1:8000#app:8000#' \
  -e 's#/etc/nginx/bankslip\.(crt|key)#/etc/nginx/tls/bankslip.\1#' /etc/nginx/bankslip.conf >"$conf"

addresses() { getent ahostsv4 app | awk '{print $1}' | sort -u; }

follow_app() {
  local known now
  known=$(addresses)
  while sleep 5; do
    now=$(addresses) || continue
    [[ -n $now && $now != "$known" ]] || continue
    known=$now
    # One that fails, as while nginx starts, is tried again.
    nginx -c "$conf" -s reload || known=
  done
}

follow_app &
exec nginx -c "$conf" -g 'daemon off;'
