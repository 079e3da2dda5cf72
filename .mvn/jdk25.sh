# Sourced by ./socks5-tunnel and ./verify: finds the two things a build needs. Nothing here prints on success.

# Sets jdk to the home of a JDK 25, or fails. A JRE does not count: javac and jlink are needed.
find_jdk25() {
    local home from_path=
    if command -v javac >/dev/null; then
        from_path=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
    fi
    for home in "${JAVA_HOME:-}" "$from_path" /usr/lib/jvm/* /opt/* ~/.sdkman/candidates/java/* ~/.jdks/*; do
        if [[ -x $home/bin/javac && -x $home/bin/jlink ]] && [[ $("$home/bin/javac" -version 2>&1) =~ javac\ 25([^0-9]|$) ]]; then
            jdk=$home
            return 0
        fi
    done
    return 1
}

# Sets jdk and mvn, or says what to install and fails.
find_build_tools() {
    if ! find_jdk25; then
        echo "$1: no JDK 25 found in JAVA_HOME, on the PATH, in /usr/lib/jvm, /opt, ~/.sdkman or ~/.jdks." >&2
        echo "$1: install one (any vendor's, with javac and jlink; for instance the package temurin-25-jdk or openjdk-25-jdk)" >&2
        echo "$1: or set JAVA_HOME to its folder. It need not be the default java." >&2
        return 1
    fi
    if ! mvn=$(command -v mvn) && ! mvn=$(command -v "${MAVEN_HOME:-/none}/bin/mvn"); then
        echo "$1: no Maven found: install the package maven (3.8.7 or later), or put mvn on the PATH." >&2
        return 1
    fi
}

# Runs Maven on the JDK 25, from and for the folder root. Two options keep the JDK from warning about code that is
# Maven's own (its Guava and its terminal library).
run_maven() (
    export JAVA_HOME=$jdk
    export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}"
    cd "$root" && "$mvn" --batch-mode --no-transfer-progress "$@" </dev/null
)
