#!/bin/sh
# Runs socks5-tunnel in a container, told by the variables of hev-socks5-tunnel's image:
#
#   TUN MTU IPV4 IPV6 ICMP                      the device
#   SOCKS5_ADDR SOCKS5_PORT SOCKS5_USERNAME SOCKS5_PASSWORD SOCKS5_UDP_MODE SOCKS5_UDP_ADDR
#   CONFIG_ROUTES=0                             no routes; otherwise the next ones count
#   TABLE MARK IPV4_INCLUDED_ROUTES IPV4_EXCLUDED_ROUTES    lists with commas or line breaks
#   LOG_LEVEL
#
# With arguments it runs socks5-tunnel with these instead, for instance with the path of a configuration.
set -eu

# Where the container's files are; tests put them elsewhere.
top=${CONTAINER_ROOT:-}

run() {
    # shellcheck disable=SC2086
    exec "$top"/usr/lib/socks5-tunnel/bin/java ${SOCKS5_TUNNEL_JAVA_OPTIONS:-} \
        -m io.socks5tunnel.tun.linux/io.socks5tunnel.tun.linux.daemon.Main "$@"
}

# A YAML scalar in single quotes.
quoted() {
    printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"
}

# A line for a key, unless the value is empty.
line() {
    if [ -n "$2" ]; then printf '  %s: %s\n' "$1" "$(quoted "$2")"; fi
}

write_config() {
    echo 'tunnel:'
    line name "$TUN"
    line mtu "${MTU:-8500}"
    line ipv4 "${IPV4:-198.18.0.1}"
    line ipv6 "${IPV6:-}"
    line icmp "${ICMP:-off}"
    line post-up-script "$folder/post-up.sh"
    echo 'socks5:'
    line address "${SOCKS5_ADDR:-172.17.0.1}"
    line port "${SOCKS5_PORT:-1080}"
    line username "${SOCKS5_USERNAME:-}"
    line password "${SOCKS5_PASSWORD:-}"
    line udp "${SOCKS5_UDP_MODE:-udp}"
    line udp-address "${SOCKS5_UDP_ADDR:-}"
    line mark "$MARK"
    echo 'misc:'
    line log-level "${LOG_LEVEL:-warn}"
}

# The words of a list.
words() {
    # shellcheck disable=SC2086
    IFS=', 
	' && set -f && printf '%s\n' $1
}

# The most particular rule first: our own connections, then what stays outside, then what goes in.
write_post_up() {
    echo '#!/bin/sh'
    if [ "${CONFIG_ROUTES:-1}" != 0 ]; then
        echo 'set -e'
        echo "ip route add default dev $TUN table $TABLE"
        echo "ip rule add fwmark $MARK table main pref 1"
        ip -o -f inet address show eth0 2>/dev/null | sed -n 's/.* inet \([^ ]*\) .*/ip rule add to \1 table main pref 10/p'
        words "${IPV4_EXCLUDED_ROUTES:-}" | sed -n 's/..*/ip rule add to & table main pref 10/p'
        words "${IPV4_INCLUDED_ROUTES:-0.0.0.0/0}" | sed -n "s/..*/ip rule add to & table $TABLE pref 20/p"
    fi
    echo ": >'$top/success'"
}

if [ $# -gt 0 ]; then run "$@"; fi

TUN=${TUN:-tun0} TABLE=${TABLE:-20} MARK=${MARK:-438}
if [ "${CONFIG_ROUTES:-1}" = 0 ]; then MARK=0; fi
folder=$top/run
umask 077
rm -f "$top/success" 2>/dev/null || true
write_config >"$folder/socks5-tunnel.yml"
# The file is all that the program needs; scripts and whoever looks at the process's environment need none of it.
unset SOCKS5_USERNAME SOCKS5_PASSWORD
write_post_up >"$folder/post-up.sh"
chmod 700 "$folder/post-up.sh"
run "$folder/socks5-tunnel.yml"
