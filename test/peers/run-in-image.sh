#!/bin/sh
# run-in-image.sh ROOT NETWORK MOUNTS TRACE COMMAND...: runs the command in an image's files as a Supervisor has Docker do it: in the network
# namespace NETWORK, with a read-only root, below Docker's init, and with MOUNTS, lines of "SOURCE TARGET", on top. TRACE is "-" or the folder
# that strace writes into. The mounts live in a namespace of their own, and exec makes the process id the init's.
set -e
[ -n "$IN_NAMESPACE" ] || IN_NAMESPACE=1 exec nsenter --net="/run/netns/$2" unshare --mount --propagation private "$0" "$@"
root=$1
mounts=$3
trace=$4
shift 4
unset IN_NAMESPACE
mount --bind "$root" "$root"
printf '%s\n' "$mounts" | while read -r source target; do
  if [ -d "$source" ]; then mkdir -p "$root$target"; else : >"$root$target"; fi
  mount --bind "$source" "$root$target"
done
mount --bind "$(command -v tini-static)" "$root/sbin/docker-init"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount -o remount,ro,bind "$root"
tracer=
# The tracer is a process of its own: the signals of the test go to the init, which takes the program along when it is killed.
[ "$trace" = - ] || tracer="strace -D -f -y -s 512 -e trace=file,mmap,fchmod,fchown,ftruncate,flock,fcntl,socket -o $trace/$$"
# shellcheck disable=SC2086 # several words
exec $tracer /usr/sbin/chroot "$root" /sbin/docker-init -s -p SIGKILL -- "$@" </dev/null
