#!/usr/bin/env bash
# Makes the run-time image: modules linked, JNA's library beside the JVM's own, launcher, a bill of materials, and an
# archive of loaded classes.
#
#   image.sh JDK MODULES IMAGE    folders: a JDK 25, all modular jars, and the image to make
#
# Needs no network and no rights. Where it may make a network namespace, the archive is made from a real start of the
# daemon; elsewhere from one that ends when no TUN can be had, which leaves a few classes out.
set -euo pipefail

packaging=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
jdk=$1 modules=$(readlink -f -- "$2") image=$(readlink -m -- "$3")
main=io.socks5tunnel.tun.linux/io.socks5tunnel.tun.linux.daemon.Main
# All modules by name, since services (engine, TUN, commands) are found at run time only among modules that are in the
# image. Not bind-services: that brings in every provider of the JDK as well.
roots=io.socks5tunnel.api,io.socks5tunnel.stack,io.socks5tunnel.threads,io.socks5tunnel.tun.linux,io.socks5tunnel.sim

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# JNA with our descriptor, and without the libraries of all systems; sets jna_library to this machine's.
prepare_jna() {
    local jar version platform
    jar=$(echo "$modules"/jna-jpms-*.jar)
    version=${jar##*/jna-jpms-} version=${version%.jar}
    case $(uname -m) in
        x86_64) platform=linux-x86-64 ;;
        *) platform=linux-$(uname -m) ;;
    esac
    mkdir "$work/jna" "$work/modules"
    cp "$modules"/*.jar "$work/modules"
    rm -f "$work"/modules/jna-jpms-*.jar "$work"/modules/jspecify-*.jar
    (cd "$work/jna" && "$jdk/bin/jar" --extract --file "$jar")
    jna_library=$work/libjnidispatch.so
    mv "$work/jna/com/sun/jna/$platform/libjnidispatch.so" "$jna_library"
    rm -rf "$work"/jna/com/sun/jna/*-*/ "$work/jna/META-INF/versions"
    "$jdk/bin/javac" -proc:none -d "$work/jna" "$packaging/jna/module-info.java"
    "$jdk/bin/jar" --create --file "$work/modules/jna.jar" --module-version "$version" -C "$work/jna" .
}

link() {
    local options
    options=$(sed '/^#/d; /^$/d' "$packaging/jvm.options" | tr '\n' ' ')
    # The JDK's own jlink rather than a Maven plugin around it: of those, the versions for Maven 3.8 either miss a
    # class or quote their options wrongly.
    "$jdk/bin/jlink" --module-path "$work/modules" --add-modules "$roots" --add-options="${options% }" \
        --compress=zip-6 --no-header-files --no-man-pages --output "$image"
    rm -f "$image/bin/keytool"
    install -m 755 "$jna_library" "$image/lib/libjnidispatch.so"
    install -m 755 "$packaging/launch/socks5-tunnel" "$image/bin/socks5-tunnel"
    mkdir "$image/lib/launch"
    find "$packaging/launch" -name '*.sh' -exec install -m 644 {} "$image/lib/launch/" \;
}

# Runs the program with its arguments and adds the classes that it loaded to the list.
train() {
    local list=$work/list.$RANDOM
    "$packaging/train.sh" "$image/bin/java" -Xshare:off -XX:DumpLoadedClassList="$list" -m "$main" "$@" \
        >/dev/null 2>&1 </dev/null || true
    # Numbers of classes are of one run only.
    if [[ -f $list ]]; then sed 's/ id: [0-9]*$//' "$list" >>"$work/loaded"; fi
}

# The archive replaces the JVM's own default archive, so that no option has to name it, and a JVM that cannot use it
# (another build, another layout of the heap) starts without.
archive() {
    train --help
    train check "$packaging/train.yml"
    train "$packaging/train.yml"
    # Ours in full: which of them a training run meets depends on the machine. But not the simulator, whose commands
    # start no slower without: every daemon would have it in memory, since the JVM moves the archive as a whole.
    local jar
    for jar in "$work"/modules/tunnel-*.jar; do
        case ${jar##*/} in tunnel-sim-*) continue ;; esac
        "$jdk/bin/jar" --list --file "$jar" | sed -n '/module-info/d; s/\.class$//p' >>"$work/loaded"
    done
    awk '!seen[$0]++' "$work/loaded" >"$work/classes"
    if ! "$image/bin/java" -Xshare:dump -XX:SharedClassListFile="$work/classes" -XX:+AOTClassLinking -m "$main" \
        >"$work/dump.log" 2>&1; then
        cat "$work/dump.log" >&2
        return 1
    fi
}

rm -rf "$image"
prepare_jna
link
"$packaging/sbom.sh" "$image" "$modules" >"$image/sbom.cdx.json"
archive
