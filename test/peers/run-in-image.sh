#!/bin/sh
# run-in-image.sh ROOT DATA COMMAND...: runs the command in an image's files as a container would, with a read-only root and DATA as /data.
# The mounts live in a namespace of their own, and exec makes the process id the command's.
set -e
[ -n "$IN_NAMESPACE" ] || IN_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
root=$1
data=$2
shift 2
unset IN_NAMESPACE
mount --bind "$root" "$root"
mount --bind "$data" "$root/data"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -o remount,ro,bind "$root"
exec /usr/sbin/chroot "$root" "$@"
