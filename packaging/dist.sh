#!/usr/bin/env bash
# Makes the packages from an image: a tarball, a Debian package, an OCI image. Needs no network and no rights.
#
#   dist.sh IMAGE OUTPUT    folders; everything in OUTPUT is replaced
#
# The same image gives the same bytes: all times are SOURCE_DATE_EPOCH, or that of the last commit.
set -euo pipefail

packaging=$(dirname "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$(dirname "$packaging")
image=$(readlink -f -- "$1") output=$(readlink -m -- "$2")
export LC_ALL=C TZ=UTC
umask 022

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$image/release")}
export SOURCE_DATE_EPOCH
# shellcheck disable=SC2034
version=$("$image/bin/java" --list-modules | sed -n 's/^io\.socks5tunnel\.api@//p')
case $(uname -m) in
    x86_64) architecture=amd64 ;;
    aarch64) architecture=arm64 ;;
    *) architecture=$(uname -m) ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Writes folder $1 as a tar to standard output, the same for the same files.
reproducible_tar() {
    tar --create --directory "$1" --format=gnu --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 \
        --numeric-owner --mode=u+rw,go+r-w,a+X .
}

copy_docs() {
    mkdir -p "$1"
    cp -a "$root"/{README.md,LICENSE,CHANGELOG.md} "$1"
    cp -a "$root"/docs/*.md "$root/docs/socks5-tunnel.sample.yml" "$1"
}

# shellcheck source=dist-tarball.sh
source "$packaging/dist-tarball.sh"
# shellcheck source=dist-deb.sh
source "$packaging/dist-deb.sh"
# shellcheck source=dist-oci.sh
source "$packaging/dist-oci.sh"

rm -rf "$output"
mkdir -p "$output"
make_tarball
make_deb
make_oci
cp "$image/sbom.cdx.json" "$output/socks5-tunnel-$version-sbom.cdx.json"
(cd "$output" && sha256sum -- *.* >SHA256SUMS && du -b -- *.* | awk '{ printf "%6.1f MB  %s\n", $1 / 1e6, $2 }')
echo "in $output"
