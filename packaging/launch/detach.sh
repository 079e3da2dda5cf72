# shellcheck shell=bash
# Sourced by the launcher of socks5-tunnel: signals and detaching, which must be settled before the JVM starts.

# The JVM takes SIGUSR2 for itself, and would complain about one that comes from outside; with another number of its own
# it leaves that signal its default action.
export _JAVA_SR_SIGNUM=50

# detach ARGUMENT...
#
# Returns unless the first argument is a configuration with a pid file. Then it starts the command in the launcher's
# array `java` with the arguments, in a session of its own and in the directory /, waits until the tunnel runs or has
# failed, and exits. A JVM cannot fork, so this is done for it; its class Launch has the other half.
detach() {
    local answer from=$PWD
    # Only a look, so that others start at once: a comment may name the key, and the JVM has the last word. A pipe could
    # be read only once.
    if [[ ! -f ${1-} ]] || ! grep -q pid-file -- "$1"; then return; fi
    # --fork: a child that the shell starts in the background would ignore SIGINT. The daemon keeps descriptor 3 open
    # until it has answered; 4 is this shell's standard output.
    exec 4>&1
    # shellcheck disable=SC2154
    answer=$(cd / && exec setsid --fork "${java[0]}" -Dsocks5tunnel.detachedFrom="$from" "${java[@]:1}" "$@" 3>&1 >&4 4>&-)
    exec 4>&-
    case $answer in
        ready) exit 0 ;;
        foreground) ;;
        "exit "*) exit "${answer#exit }" ;;
        *) exit 254 ;;
    esac
}
