#!/usr/bin/env bash
# Prints in one go what a user waits for and pays for. Takes some five minutes; say the load beside each figure.
#
#   sudo packaging/measure.sh [SECTION...]
#
#   demo      a fresh clone with nothing built: the first `./socks5-tunnel demo`, the second, one of a user without
#             rights, and what they leave behind
#   start     from the start of the process until the TUN is up; processor time and memory of an idle daemon
#   sizes     of the image and of the packages
#   stop      SIGTERM under the load of 100 flows (DaemonProcessIT)
#   refusals  what clients see of each refusal, and how soon (RefusalIT)
#   deb       the Debian package in a fresh Debian without Java (try-deb.sh; needs a Debian mirror)
#
# All sections without a word. Everything is done in a clone of this tree's last commit, under a folder that is removed.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")")
sections=${*:-demo start sizes stop refusals deb}
if ((EUID != 0)); then
    echo 'measure.sh: needs root, for network namespaces and TUN devices' >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
clone=$work/clone
image=$clone/it-tests/target/image
failures=0

section() {
    echo
    echo "== $1 (load $(cut -d ' ' -f 1-3 /proc/loadavg))"
}

# Says whether a figure is as it should be: name, figure, relation, bound, unit.
expect() {
    local word=ok
    awk "BEGIN { exit !($2 $3 $4) }" || { word=NOT && failures=$((failures + 1)); }
    printf '%-40s %10s %-5s (%s %s) %s\n' "$1" "$2" "$5" "$3" "$4" "$word"
}

# A run of the demo whose files, if it leaves any, are found in $work/left, and whose processes bear a mark.
mark=measure-$$-$RANDOM
demo() {
    env SOCKS5_TUNNEL_MEASURE="$mark" HOME="$work/left" TMPDIR="$work/left" XDG_CACHE_HOME="$work/left" \
        "$@" "$clone/socks5-tunnel" demo >"$work/demo.out"
}

# Milliseconds from the start to the first byte, as the demo itself says it.
first_byte() {
    sed -n 's/.*The first byte came \([0-9.]*\) \(ms\|s\) after the start.*/\1 \2/p' "$work/demo.out" |
        awk '{ print $2 == "s" ? $1 * 1000 : $1 }'
}

marked_processes() {
    grep -lsz "SOCKS5_TUNNEL_MEASURE=$mark" /proc/[0-9]*/environ | wc -l || true
}

measure_demo() {
    local before started
    section 'demo: fresh clone, nothing built'
    before=$(ls /sys/class/net)
    started=$EPOCHREALTIME
    "$clone/socks5-tunnel" demo >"$work/demo.out"
    echo "with the build: $(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $started }") s, exit 0"
    sed -n '/^  step/,/Carried/p' "$work/demo.out"
    section 'demo: second run'
    mkdir -m 777 "$work/left"
    demo
    expect 'first byte after' "$(first_byte)" '<' 2000 ms
    section 'demo: a user without rights (nobody)'
    demo setpriv --reuid=65534 --regid=65534 --clear-groups --
    sed -n '/^  where/,/^$/p' "$work/demo.out"
    echo "first byte after $(first_byte) ms"
    # A network namespace that is mounted nowhere ends with its last process.
    expect 'processes left' "$(marked_processes)" == 0 ''
    expect 'files left' "$(find "$work/left" -mindepth 1 | wc -l)" == 0 ''
    expect 'mounts left' "$(grep -c "$work" /proc/self/mountinfo || true)" == 0 ''
    expect 'interfaces more than before' "$(comm -13 <(echo "$before") <(ls /sys/class/net) | wc -l)" == 0 ''
}

measure_start() {
    section 'start and idle'
    cat >"$work/start.yml" <<'YML'
tunnel: {name: s5t-measure, mtu: 8500, ipv4: 198.18.0.1, ipv6: 'fc00::1'}
socks5: {address: 127.0.0.1, port: 1080}
misc: {log-level: error}
YML
    unshare --net "$clone/packaging/measure-start.py" 10 4 s5t-measure "$image/bin/socks5-tunnel" "$work/start.yml" |
        tee "$work/start.out"
    expect 'start to TUN up, median of 10' "$(sed -n 's/^start to TUN up: median \([0-9]*\).*/\1/p' "$work/start.out")" '<=' 500 ms
    expect 'idle CPU in 20 s' "$(sed -n 's/^idle CPU in 20 s: \([0-9.]*\).*/\1/p' "$work/start.out")" '<=' 20 ms
    expect 'idle RSS' "$(sed -n 's/^idle RSS: \([0-9.]*\).*/\1/p' "$work/start.out" | awk '{ printf "%.1f", $1 * 1.048576 }')" \
        '<=' 72 MB
}

measure_sizes() {
    section sizes
    printf '%6.1f MB  image\n' "$(du -sb "$image" | awk '{ print $1 / 1e6 }')"
    "$clone/socks5-tunnel" dist
}

# Runs integration tests by name in the clone, without unit tests.
integration_tests() {
    (cd "$clone" && ./verify -pl it-tests -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test="$1" \
        -Dfailsafe.failIfNoSpecifiedTests=false) >"$work/verify.out" 2>&1 ||
        { tail -n 40 "$work/verify.out" && failures=$((failures + 1)); }
}

measure_stop() {
    section 'SIGTERM under load'
    integration_tests DaemonProcessIT
    grep -h 'stopped under load' "$work/verify.out" || true
    expect 'stop' "$(sed -n 's/.*stopped under load of 100 flows in \([0-9]*\) ms.*/\1/p' "$work/verify.out")" '<' 2000 ms
    tail -n 1 "$work/verify.out"
}

measure_refusals() {
    section refusals
    integration_tests RefusalIT
    printf '| Server | IPv4 | ms | IPv6 | ms |\n| --- | --- | --- | --- | --- |\n'
    cat "$clone/it-tests/target/refusals.md"
    tail -n 1 "$work/verify.out"
}

measure_deb() {
    section 'Debian package in a fresh Debian'
    if [[ ! -d $clone/target/dist ]]; then "$clone/socks5-tunnel" dist >/dev/null; fi
    "$clone/packaging/try-deb.sh" "$clone"/target/dist/*.deb >"$work/deb.out" 2>&1 ||
        { tail -n 20 "$work/deb.out" && failures=$((failures + 1)); }
    tail -n 1 "$work/deb.out"
}

git -c advice.detachedHead=false clone --quiet "$root" "$clone"
echo "commit $(git -C "$clone" log -1 --format='%h of %cs'), $(nproc) processors, Linux $(uname -r)"
if [[ " $sections " != *' demo '* ]]; then "$clone/socks5-tunnel" --version >/dev/null || (($? == 255)); fi
for name in $sections; do "measure_$name"; done
echo
if ((failures > 0)); then
    echo "measure.sh: $failures not as they should be" >&2
    exit 1
fi
