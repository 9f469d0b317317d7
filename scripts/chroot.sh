# Systems of Debian 12 and 13 in chroots; sourced, after common.sh, never run.
# shellcheck shell=bash

# Prints the number of the Debian release that this is.
own_release() {
  # shellcheck source=/dev/null
  (. /etc/os-release && echo "${VERSION_ID:-}")
}

# Prints the code name of Debian release $1.
suite_of() {
  case $1 in
    12) echo bookworm ;;
    13) echo trixie ;;
    *) die "Debian '$1': 12 and 13 are known" ;;
  esac
}

# Makes a minimal system of suite $1 in $root/.local/$1, once.
make_system() {
  local home=$root/.local/$1 log=$root/.local/$1.log
  [[ ! -e $home/.complete ]] || return 0
  type -P debootstrap >/dev/null || die "no debootstrap; scripts/setup installs it"
  say "making a system of Debian $1 in $home, log in $log"
  rm -rf "$home"
  mkdir -p "$root/.local"
  debootstrap --variant=minbase "$1" "$home" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$log" 2>&1 || {
    show_tail "$log"
    die "debootstrap could not make the system"
  }
  touch "$home/.complete"
}

# Runs the shell command $2 in the system in folder $1, with the variables that follow. In
# a mount and a process namespace of its own: nothing stays mounted or running behind it.
in_system() {
  local home=$1 command=$2
  shift 2
  cp /etc/resolv.conf "$home/etc/resolv.conf"
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child -- bash -c '
    mount --bind /dev "$1/dev" && mount -t proc proc "$1/proc" || exit
    exec chroot "$@"' - "$home" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    LANG=C.UTF-8 BUILD_JOBS="${BUILD_JOBS:-$(nproc)}" "$@" bash -ec "$command"
}

# Copies the tracked files of the tree as they are to $1/src, with times, so that only what
# changed is built again, and the pages' files of others.
copy_tree() {
  local home=$1
  [[ -d $root/.local/web ]] || die "no $root/.local/web; run scripts/setup"
  mkdir -p "$home/src"
  git -C "$root" ls-files -z | (
    cd "$root"
    while IFS= read -r -d '' file; do [[ ! -e $file ]] || printf '%s\0' "$file"; done
  ) >"$home/files"
  find "$home/src" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  tar -C "$root" --null -T "$home/files" -cf - | tar -C "$home/src" -xf -
  mkdir -p "$home/src/.local"
  cp -aL "$root/.local/web" "$home/src/.local/"
}

# Installs into the system in $1, once, what builds the program, and the packages that
# follow: all of packages.txt but the private stack, which stands last in the list.
install_build_packages() {
  local home=$1 wanted
  shift
  wanted="$(sed -e '/^# The private stack/,$d' -e '/^#/d' "$root/scripts/packages.txt" |
    tr '\n' ' ')$*"
  [[ $(cat "$home/.packages" 2>/dev/null) != "$wanted" ]] || return 0
  in_system "$home" "cd /src && scripts/apt_install.sh $wanted"
  echo "$wanted" >"$home/.packages"
}
