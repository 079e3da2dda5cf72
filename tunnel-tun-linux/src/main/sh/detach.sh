# shellcheck shell=bash
# Sourced by launchers of socks5-tunnel. A JVM cannot fork, so a daemon is detached before its JVM starts.

# run_daemon JAVA-COMMAND... -- ARGUMENT...
#
# Replaces this shell by the Java command with the arguments. But if the first argument is a configuration with a pid
# file, it starts the command in a session of its own and in the directory /, waits until it runs or has failed, and
# exits: the class Launch tells the other half.
run_daemon() {
    local -a java=()
    while [[ $1 != -- ]]; do
        java+=("$1")
        shift
    done
    shift
    # The JVM takes SIGUSR2 for itself, and would complain about one that comes from outside; with another number of its
    # own it leaves that signal its default action.
    export _JAVA_SR_SIGNUM=50
    # Only a look, so that others start at once: a comment may name the key, and who has the last word is Java. A pipe
    # could be read only once.
    if [[ -f ${1-} ]] && grep -q pid-file -- "$1"; then
        detach "$@"
    fi
    exec "${java[@]}" "$@"
}

# Returns if the daemon wants to stay in the foreground.
detach() {
    local answer from=$PWD
    exec 4>&1
    # --fork: a child that the shell starts in the background would ignore SIGINT. The daemon keeps descriptor 3 open
    # until it has answered; 4 is this shell's standard output.
    answer=$(cd / && exec setsid --fork "${java[0]}" -Dsocks5tunnel.detachedFrom="$from" "${java[@]:1}" "$@" 3>&1 >&4 4>&-)
    exec 4>&-
    case $answer in
        ready) exit 0 ;;
        foreground) ;;
        "exit "*) exit "${answer#exit }" ;;
        *) exit 254 ;;
    esac
}
