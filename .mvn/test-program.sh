# Sourced by ./soak and benchmarks/compare, which run a class of it-tests.

# shellcheck source=jdk25.sh
source "$root/.mvn/jdk25.sh"

# Runs a class of it-tests in place of this process; builds image and classes first, when sources have changed since.
# Arguments: the command's name, the class, and what it is told.
run_test_program() {
    local name=$1 main=$2 classes=$root/it-tests/target/test-classes log=$root/target/test-program.log
    shift 2
    # ./socks5-tunnel knows when the image is out of date; asking it for help builds what is missing.
    "$root/socks5-tunnel" --help >/dev/null
    find_build_tools "$name"
    if [[ ! -d $classes ]] || [[ -n $(find "$root/it-tests/src/test" -newer "$classes" -print -quit) ]]; then
        echo "$name: compiling…" >&2
        if ! run_maven --projects it-tests --also-make test-compile -Djacoco.skip >"$log" 2>&1; then
            grep '^\[ERROR\]' "$log" | head -n 20 >&2
            exit 1
        fi
        touch "$classes"
    fi
    exec "$jdk/bin/java" -Dsocks5tunnel.image="$root/it-tests/target/image" -cp "$classes" "$main" "$@"
}
