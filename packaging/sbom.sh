#!/usr/bin/env bash
# Writes what an image is made of, a CycloneDX 1.6 bill of materials, to standard output. The same image gives the same
# bytes: there is neither a time nor a serial number in it.
#
#   sbom.sh IMAGE MODULES    folders: the image, and the jars that it was linked from
#
# Maven's plugin for this was left out: it lists dependencies, and an image is less than these (annotations are not in
# it) and more (modules of the JDK). What it would take from the jars' descriptions stands in components.txt.
set -euo pipefail

packaging=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
image=$1 modules=$2

# Sets url and licence of a module by the first row that fits.
look_up() {
    local row
    while read -r row url licence; do
        # The row may end in a star.
        # shellcheck disable=SC2053
        if [[ $row != '#'* && $1 == $row ]]; then
            url=${url/@MODULE@/${1##*.}}
            return
        fi
    done <"$packaging/components.txt"
    echo "sbom: packaging/components.txt has no row for the module $1" >&2
    return 1
}

# SHA-256 of the jar that the module came in; those of the JDK come in none.
hashes() {
    local jar=$modules/${url##*/}-$version.jar
    if [[ -f $jar ]]; then
        printf '"hashes": [{"alg": "SHA-256", "content": "%s"}], ' "$(sha256sum "$jar" | cut -d ' ' -f 1)"
    fi
}

# By this name databases of vulnerabilities know the JDK.
cpe() {
    if [[ $url == pkg:generic/openjdk/* ]]; then printf '"cpe": "cpe:2.3:a:oracle:openjdk:%s:*:*:*:*:*:*:*", ' "$version"; fi
}

components() {
    local module version url licence separator=
    while IFS=@ read -r module version; do
        look_up "$module" || return 1
        printf '%s\n    {"type": "library", "bom-ref": "%s@%s", "name": "%s", "version": "%s", %s' \
            "$separator" "$url" "$version" "$module" "$version" "$(hashes)$(cpe)"
        printf '"licenses": [{"expression": "%s"}], "purl": "%s@%s"}' "$licence" "$url" "$version"
        separator=,
    done < <("$image/bin/java" --list-modules)
}

version=$("$image/bin/java" --list-modules | sed -n 's/^io\.socks5tunnel\.api@//p')
components=$(components)
cat <<EOF
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "component": {"type": "application", "bom-ref": "socks5-tunnel", "name": "socks5-tunnel", "version": "$version",
      "licenses": [{"expression": "MIT"}], "purl": "pkg:generic/socks5-tunnel@$version"}
  },
  "components": [$components
  ]
}
EOF
