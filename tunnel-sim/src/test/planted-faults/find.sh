#!/usr/bin/env bash
# Which test finds which planted fault: applies every patch here to a copy of the stack, compiles it, and lets the simulation
# and the replay judge it. Prints a table in Markdown.
#
#   find.sh [--all] [SEEDS] [PATCH…]   SEEDS for the simulation, 300 if left out; all patches if none is named
#
# The captures are replayed only with a stack that the simulation finds nothing wrong with; with --all, with every one.
#
# The captures are those of ../shared/captures beside the working copy, or of SOCKS5TUNNEL_CAPTURES. The product is not touched:
# the patched stack takes the place of the image's on the command line of its JVM only.
set -euo pipefail

here=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$(cd "$here/../../../.." && pwd)
image=$root/it-tests/target/image
is_all=false
if [[ ${1:-} == --all ]]; then
    is_all=true
    shift
fi
seeds=${1:-300}
shift $(($# > 0 ? 1 : 0))
(($# > 0)) || set -- "$here"/*.patch
mapfile -t patches < <(readlink -f -- "$@")
captures=${SOCKS5TUNNEL_CAPTURES:-$root/../shared/captures}

[[ -x $image/bin/java ]] || "$root/socks5-tunnel" --version >/dev/null || true
# shellcheck source=../../../../.mvn/jdk25.sh
source "$root/.mvn/jdk25.sh"
find_build_tools find.sh
javac=$jdk/bin/javac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The program with the stack in a folder instead of its own; without an argument, with its own.
tunnel() {
    local stack=$1
    shift
    # short runs: what the second compiler would make of the code comes too late
    "$image/bin/java" -Xshare:off -XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${stack:+--patch-module "io.socks5tunnel.stack=$stack"} \
        --enable-native-access=com.sun.jna,io.socks5tunnel.tun.linux \
        -m io.socks5tunnel.tun.linux/io.socks5tunnel.tun.linux.daemon.Main "$@" 2>&1
}

# What the replay of every capture comes to, one line each, without how long it took.
replay() {
    (cd "$captures" && tunnel "$1" replay --json "${core[@]}") | sed 's/"wallNanos":[0-9]*//g; s/{"files"/\n&/g' | grep '^{"files"' || true
}

compile() {
    local patch=$1 stack=$2 sources=$work/sources
    rm -rf "$sources" "$stack"
    mkdir -p "$sources/tunnel-stack/src/main"
    cp -r "$root/tunnel-stack/src/main/java" "$sources/tunnel-stack/src/main/"
    patch --silent --strip=1 --directory="$sources" <"$patch"
    find "$sources" -name '*.java' ! -name module-info.java >"$work/files"
    "$javac" -nowarn -proc:none --release 25 -cp "$root/tunnel-api/target/classes:$annotations" -d "$stack" "@$work/files"
}

# The first seed that fails, what it violates, or nothing.
simulate() {
    local log=$work/simulate.log seed=1
    # some at a time, since a run plays all its seeds
    while ((seed <= seeds)); do
        if ! tunnel "$1" simulate --seed "$seed" --seeds 20 >"$log"; then
            sed -n '/^seed [0-9]* FAILED/ { s/^seed \([0-9]*\).*/\1/; h; n; s/^ *\([A-Z0-9]*\):.*/\1/; H; x; s/\n/ /; p; q }' "$log"
            return
        fi
        seed=$((seed + 20))
    done
}

annotations=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}/org/jspecify" -name 'jspecify-*.jar' ! -name '*sources*' | sort | tail -n 1)
mapfile -t core < <(awk -F'\t' '$2 == "yes" { print $1 }' "$captures/MANIFEST.tsv")
replay '' >right

echo "| fault | simulation: seed, violated | replay: captures that differ, of ${#core[@]} |"
echo '| --- | --- | --- |'
found=0
for patch in "${patches[@]}"; do
    name=$(basename "$patch" .patch)
    compile "$patch" "$work/stack"
    seed=$(simulate "$work/stack")
    different=()
    told=-
    if $is_all || [[ -z $seed ]]; then
        replay "$work/stack" >wrong
        mapfile -t different < <(diff right wrong | sed -n 's/^< {"files":\["\([^"]*\)".*/\1/p')
        told="${#different[@]}${different:+: ${different[0]}${different[1]:+, …}}"
    fi
    if [[ -n $seed ]] || ((${#different[@]} > 0)); then ((found += 1)); fi
    echo "| $name | ${seed:-none} | $told |"
done
echo
echo "$found of ${#patches[@]} found; $seeds seeds"
((found * 20 >= ${#patches[@]} * 19))
