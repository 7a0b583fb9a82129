#!/bin/bash
# Sets up the real peers of the tests: Python 3.14, one virtual environment for each file in requirements/, and programs of Debian.
# What is missing is installed, which needs root and Debian; with everything in place it ends at once.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${HOMEMATIC_VITALS_CACHE:-$HOME/.cache/homematic-vitals}
BIN=$CACHE/bin
LOG=$CACHE/setup.log
DEBIAN=$CACHE/debian # a Debian tree with Python 3.14, for machines that have none
DEBIAN_SUITES="sid testing"
DEBIAN_PACKAGES=python3.14,python3.14-venv,python3.14-dev,g++,ca-certificates
PYTHON=/usr/bin/python3.14

say() { printf 'peers: %s\n' "$*"; }
fail() {
  printf 'peers: %s (log: %s)\n' "$*" "$LOG" >&2
  exit 1
}
logged() {
  printf '\n$ %s\n' "$*" >>"$LOG"
  "$@" >>"$LOG" 2>&1
}

install_packages() {
  [ "$(id -u)" = 0 ] || fail "$* is missing; install it or run this as root"
  command -v apt-get >/dev/null || fail "$* is missing and this machine has no apt-get to install it with"
  # A foreign source that cannot be reached fails the update and does no harm to the install.
  logged apt-get update -q || true
  # A service that a package starts must not inherit the lock.
  logged env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" 9>&- ||
    fail "apt-get could not install $*"
}

write_program() {
  cat >"$BIN/$1.new"
  chmod +x "$BIN/$1.new"
  mv "$BIN/$1.new" "$BIN/$1"
}

# Makes $BIN/NAME call a Python, wherever it lives. exec all the way down: the process id is Python's own, for signals.
write_python() {
  write_program "$1" <<EOF
#!/bin/sh
export UV_SYSTEM_CERTS=1 UV_CACHE_DIR='$CACHE/uv-cache'
exec $IN_DEBIAN '$2' "\$@"
EOF
}

usable() { "$@" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 14, 2))' >/dev/null 2>&1; }

debian_mirror() {
  local codename
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  # shellcheck disable=SC2016 # apt-get's own placeholders
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$codename" '$2 == release && $3 == "main" { print $1; exit }'
}

unpack_debian() {
  local mirror suite
  [ "$(id -u)" = 0 ] || fail "Python 3.14 is missing; install it or run this as root"
  unshare --mount true 2>/dev/null || fail "Python 3.14 is missing and this machine forbids mount namespaces; install python3.14"
  command -v debootstrap >/dev/null || install_packages debootstrap
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || fail "Python 3.14 is missing and the apt sources of this machine name no Debian archive to take it from"
  for suite in $DEBIAN_SUITES; do
    rm -rf --one-file-system "$DEBIAN"
    # The namespace ends the mounts of a debootstrap that fails half way.
    logged unshare --mount --propagation private debootstrap --variant=minbase --include="$DEBIAN_PACKAGES" "$suite" "$DEBIAN" "$mirror" ||
      continue
    rm -f "$DEBIAN"/var/cache/apt/archives/*.deb
    usable "$BIN/python" && return
  done
  fail "Python 3.14 could not be unpacked from Debian's archive (tried: $DEBIAN_SUITES)"
}

set_up_python() {
  local started=$SECONDS
  IN_DEBIAN=
  if usable "${PYTHON##*/}"; then
    PYTHON=$("${PYTHON##*/}" -c 'import sys; print(sys.executable)')
    write_python python "$PYTHON"
  else
    # In a mount namespace of its own the program sees the Debian tree as /usr and everything else as it is:
    # the same paths, loopback and signals inside and outside, and nothing stays mounted.
    IN_DEBIAN="'$BIN/in-debian'"
    write_program in-debian <<EOF
#!/bin/sh
exec unshare --mount --propagation private /bin/sh -c \\
  'mount --bind "\$0/etc/ld.so.cache" /etc/ld.so.cache && mount --bind "\$0/usr" /usr && exec "\$@"' '$DEBIAN' "\$@"
EOF
    write_python python "$PYTHON"
    usable "$BIN/python" || unpack_debian
  fi
  VERSION=$("$BIN/python" -c 'import sys; print(sys.executable, sys.version)')
  say "Python ${VERSION#* } ($((SECONDS - started)) s)"
}

up_to_date() { [ "$(cat "$CACHE/stamps/$1" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"$CACHE/stamps/$1"; }

set_up_uv() {
  up_to_date uv "$VERSION" && return
  rm -rf "$CACHE/venvs/uv"
  logged "$BIN/python" -m venv "$CACHE/venvs/uv" || fail "Python could not make a virtual environment"
  write_python uv-python "$CACHE/venvs/uv/bin/python"
  logged "$BIN/uv-python" -m pip install --quiet uv || fail "pip could not install uv"
  stamp uv "$VERSION"
}

uv_install() {
  logged "$BIN/uv-python" -m uv pip install --compile-bytecode --python "$1/bin/python" "${@:2}"
}

# set_up_environment NAME: the packages of requirements/NAME.txt, for $BIN/NAME-python.
set_up_environment() {
  local name=$1 venv=$CACHE/venvs/$1 started=$SECONDS key
  local -a parts=("$HERE/requirements/$name.txt")
  # An environment called ha or ha-VERSION starts Core.
  [[ $name != ha* ]] || parts+=("$HERE/component_requirements.py")
  key=$( (printf '%s\n' "$VERSION" && cat "${parts[@]}") | sha256sum | cut -d' ' -f1)
  up_to_date "$name" "$key" && return
  rm -rf "$venv" "$BIN/$name-python"
  logged "$BIN/uv-python" -m uv venv --python "$PYTHON" "$venv" || fail "uv could not make the environment $name"
  write_python "$name-python" "$venv/bin/python"
  uv_install "$venv" -r "$HERE/requirements/$name.txt" || fail "the packages of requirements/$name.txt could not be installed"
  [[ $name != ha* ]] || install_components "$name" "$venv"
  stamp "$name" "$key"
  say "environment $name ($((SECONDS - started)) s)"
}

install_components() {
  "$BIN/$1-python" "$HERE/component_requirements.py" >"$2/components.txt" 2>>"$LOG" ||
    fail "the components of Home Assistant in the environment $1 could not be read"
  uv_install "$2" -r "$2/components.txt" -c "$2"/lib/python3.14/site-packages/homeassistant/package_constraints.txt ||
    fail "the packages of Home Assistant's components could not be installed in the environment $1"
}

# set_up_program NAME PACKAGE
set_up_program() {
  local started=$SECONDS
  PATH=$PATH:/usr/sbin command -v "$1" >/dev/null && return
  install_packages "$2"
  say "$1 ($((SECONDS - started)) s)"
}

mkdir -p "$CACHE"/{bin,stamps,venvs}
# Inherited by the steps: when this script is killed, the next one waits for the step to end.
exec 9>"$CACHE/lock"
flock 9
: >"$LOG"
set_up_python
set_up_uv
for file in "$HERE"/requirements/*.txt; do
  set_up_environment "$(basename "$file" .txt)"
done
set_up_program chromium chromium
set_up_program buildah buildah
set_up_program apparmor_parser apparmor
set_up_program mosquitto mosquitto
set_up_program mosquitto_sub mosquitto-clients
set_up_program ip iproute2
set_up_program strace strace
set_up_program tini-static tini
set_up_program prometheus prometheus
say "ready in $SECONDS s"
