#!/bin/bash
# container-network.sh NAME GATEWAY SUPERVISOR CONTAINER LAN: the network of containers as a Supervisor makes it, held until standard input ends.
# The container's side is the network namespace NAME; GATEWAY, SUPERVISOR and the machine's own address LAN are on this side.
set -euo pipefail
name=$1 gateway=$2 supervisor=$3 container=$4 lan=$5

# One at a time, since the addresses are fixed; a holder that was killed has left its network behind and its lock open.
exec 9>"/run/lock/homematic-vitals-$name"
flock 9

remove() {
  ip netns delete "$name" 2>/dev/null || true
  ip link delete "$name" 2>/dev/null || true
}
remove
trap remove EXIT
trap 'exit 0' TERM

ip netns add "$name"
ip link add "$name" type veth peer name eth0 netns "$name"
ip address add "$gateway/23" dev "$name"
ip address add "$supervisor/23" dev "$name"
ip address add "$lan/32" dev "$name"
ip link set "$name" up
ip -n "$name" address add "$container/23" dev eth0
ip -n "$name" link set lo up
ip -n "$name" link set eth0 up
ip -n "$name" route add default via "$gateway"
echo ready
read -r _ || true
