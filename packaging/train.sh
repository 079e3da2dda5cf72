#!/usr/bin/env bash
# Runs a program until it ends, or if it is the daemon, until it has refused a connection: once, for image.sh.
# In a network namespace of its own if it may make one, so that nothing of the machine's network is touched.
set -euo pipefail

if [[ ${1:-} != --in-namespace ]]; then
    for way in 'unshare --net' 'unshare --user --map-root-user --net'; do
        # shellcheck disable=SC2086
        if $way true 2>/dev/null; then exec $way "$0" --in-namespace "$@"; fi
    done
    exec timeout 60 "$@"
fi
shift

device=s5t-train
"$@" &
daemon=$!
for ((tries = 0; tries < 300; tries++)); do
    kill -0 "$daemon" 2>/dev/null || exit 0
    if grep -q "$device" /proc/net/dev; then break; fi
    sleep 0.1
done
sleep 1
if ip link set lo up && ip route add 192.0.2.0/24 dev "$device"; then
    # Nobody serves at the proxy's address: the whole way there, and the refusal back.
    timeout 5 bash -c ': <>/dev/tcp/192.0.2.1/80' || true
fi
kill "$daemon" && wait "$daemon"
