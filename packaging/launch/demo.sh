# shellcheck shell=bash disable=SC2034
# Sourced by the launcher for `socks5-tunnel demo`: finds a way to run Java in a network namespace of its own. That
# must happen before Java starts, since a running JVM cannot move all of its threads. The namespace needs no clean-up:
# it ends with the process, and takes its TUN and routes with it.
#
# Sets two arrays: launch_prefix, to stand before the command, and demo_arguments, to stand behind the word demo.

# unshare as root keeps its rights; as an ordinary user it needs a user namespace, where it has those rights.
prepare_demo() {
    local started=${EPOCHREALTIME//[!0-9]/} way reason=
    local -a ways=('unshare --net' 'unshare --user --map-root-user --net')
    launch_prefix=()
    demo_arguments=(--started-micros="$started")
    if ((EUID != 0)); then ways=("${ways[1]}"); fi
    for way in "${ways[@]}"; do
        if reason=$(LC_ALL=C $way true 2>&1); then
            read -ra launch_prefix <<<"$way --"
            demo_arguments+=(--private-network)
            return
        fi
    done
    # The last line: what came before it is the shell's own way of saying so.
    demo_arguments+=(--no-private-network="${reason##*$'\n'}")
}
