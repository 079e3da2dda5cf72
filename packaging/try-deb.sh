#!/usr/bin/env bash
# Installs a Debian package into a fresh Debian without Java, starts it there, and removes it again.
#
#   sudo packaging/try-deb.sh PACKAGE.deb [SUITE]
#
# Needs debootstrap and a Debian mirror. Everything happens in mount and network namespaces of its own.
set -euo pipefail

if [[ ${1:-} != --in-namespace ]]; then
    debian=$(mktemp -d)
    trap 'rm -rf --one-file-system "$debian" "$debian.log"' EXIT
    debootstrap --variant=minbase "${2:-bookworm}" "$debian" >"$debian.log" || { tail "$debian.log" && exit 1; } >&2
    cp "$1" "$debian/tmp/socks5-tunnel.deb"
    # What is mounted there ends with the namespace.
    unshare --mount --net "$0" --in-namespace "$debian"
    exit
fi
debian=$2

mount -t proc proc "$debian/proc"
mount -t tmpfs -o mode=755 dev "$debian/dev"
mkdir "$debian/dev/net"
mknod -m 666 "$debian/dev/null" c 1 3
mknod -m 666 "$debian/dev/urandom" c 1 9
mknod -m 666 "$debian/dev/net/tun" c 10 200
ip link set lo up
inside() { chroot "$debian" "$@"; }

if inside sh -c 'command -v java'; then exit 1; fi
inside dpkg -i /tmp/socks5-tunnel.deb
inside socks5-tunnel --help
inside stat -c '%A %U %n' /etc/socks5-tunnel/socks5-tunnel.yml

# As the unit does it: a user without any right but CAP_NET_ADMIN.
install -m 644 "$debian/etc/socks5-tunnel/socks5-tunnel.yml" "$debian/tmp/tunnel.yml"
inside setpriv --reuid 61234 --regid 61234 --clear-groups --no-new-privs --inh-caps -all,+net_admin \
    --ambient-caps -all,+net_admin --bounding-set -all,+net_admin socks5-tunnel /tmp/tunnel.yml &
daemon=$!
for ((tries = 0; tries < 100; tries++)); do
    if grep -q tun0 /proc/net/dev; then break; fi
    sleep 0.1
done
sleep 2
ip -brief address show tun0
kill "$daemon"
wait "$daemon"
echo "the daemon ended with $?"
inside dpkg --purge socks5-tunnel
