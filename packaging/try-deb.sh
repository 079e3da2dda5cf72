#!/usr/bin/env bash
# Installs a Debian package into a fresh Debian without Java, starts it there, and removes it again.
#
#   sudo packaging/try-deb.sh PACKAGE.deb [SUITE]
#
# Needs root, debootstrap and a Debian mirror. Everything happens in namespaces of its own. Ends with 0
# if all of it went well.
set -euo pipefail

if [[ ${1:-} != --in-namespace ]]; then
    debian=$(mktemp -d)
    # The folder is the root of a user without rights, later.
    chmod 755 "$debian"
    trap 'rm -rf --one-file-system "$debian" "$debian.log"' EXIT
    debootstrap --variant=minbase "${2:-bookworm}" "$debian" >"$debian.log" || { tail "$debian.log" && exit 1; } >&2
    cp "$1" "$debian/tmp/socks5-tunnel.deb"
    # What is mounted there and runs there ends with the namespace.
    unshare --mount --net --pid --fork --kill-child "$0" --in-namespace "$debian"
    exit
fi
debian=$2

mount -t proc proc "$debian/proc"
mount -t tmpfs -o mode=755 dev "$debian/dev"
mkdir "$debian/dev/net"
mknod -m 666 "$debian/dev/null" c 1 3
# Both, as everywhere: without the first the JDK makes its random seed by itself, which takes many seconds.
mknod -m 666 "$debian/dev/random" c 1 8
mknod -m 666 "$debian/dev/urandom" c 1 9
mknod -m 666 "$debian/dev/net/tun" c 10 200
ip link set lo up
inside() { chroot "$debian" "$@"; }

die() {
    echo "try-deb: $1" >&2
    exit 1
}

if inside sh -c 'command -v java'; then die 'there is a Java already'; fi
inside dpkg -i /tmp/socks5-tunnel.deb
echo "installed: $(du -sm "$debian/usr/lib/socks5-tunnel" | cut -f 1) MiB"
inside socks5-tunnel --help
inside stat -c '%A %U %n' /etc/socks5-tunnel/socks5-tunnel.yml
inside socks5-tunnel check /etc/socks5-tunnel/socks5-tunnel.yml >"$debian/tmp/check"
grep -qx '  mtu: 8500' "$debian/tmp/check" || die 'check did not print the configuration'
rm "$debian/tmp/check"
inside socks5-tunnel demo --seconds 1 | tee "$debian/tmp/demo"
grep -q 'in a network namespace of this process' "$debian/tmp/demo" || die 'the demo took no real device'

# As the unit does it: a user without any right but CAP_NET_ADMIN.
sed 's/#log-level: .*/log-level: info/' "$debian/etc/socks5-tunnel/socks5-tunnel.yml" >"$debian/tmp/tunnel.yml"
chmod 644 "$debian/tmp/tunnel.yml"
# chroot by itself, not the function: then the process id is the daemon's.
chroot "$debian" setpriv --reuid 61234 --regid 61234 --clear-groups --no-new-privs --inh-caps -all,+net_admin \
    --ambient-caps -all,+net_admin --bounding-set -all,+net_admin socks5-tunnel /tmp/tunnel.yml 2>"$debian/tmp/log" &
daemon=$!
is_running() { grep -q ' shards with the reactor ' "$debian/tmp/log"; }
for ((tries = 0; tries < 100; tries++)); do
    if is_running || ! kill -0 "$daemon" 2>/dev/null; then break; fi
    sleep 0.1
done
cat "$debian/tmp/log"
is_running || die 'no tunnel came up'
ip -brief address show tun0 | grep 198.18.0.1 || die 'the TUN has no address'
grep -h '^CapEff' /proc/"$daemon"/task/*/status | sort | uniq --count
if grep -hqv '^CapEff:[[:space:]]*0*$' <(grep -h '^CapEff' /proc/"$daemon"/task/*/status); then
    die 'a thread still has capabilities'
fi
kill "$daemon"
status=0
wait "$daemon" || status=$?
((status == 0)) || die "the daemon ended with $status"
echo 'the daemon ended with 0'
inside dpkg --purge socks5-tunnel
for path in usr/bin/socks5-tunnel usr/lib/socks5-tunnel etc/socks5-tunnel; do
    [[ ! -e $debian/$path ]] || die "/$path was left behind"
done
echo 'try-deb: installed, run and removed'
