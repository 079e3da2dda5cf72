# shellcheck shell=bash disable=SC2154
# Sourced by dist.sh: the tarball. It runs wherever it is unpacked.
#
#   bin/socks5-tunnel    a link into the image
#   image/               the run-time image
#   docs/                the sample configuration too

make_tarball() {
    local name=socks5-tunnel-$version-linux-$architecture
    local top=$work/tarball/$name
    mkdir -p "$top/bin"
    cp -a "$image" "$top/image"
    ln -s ../image/bin/socks5-tunnel "$top/bin/socks5-tunnel"
    copy_docs "$top/docs"
    mv "$top/docs/README.md" "$top/docs/LICENSE" "$top"
    reproducible_tar "$work/tarball" | gzip -n >"$output/$name.tar.gz"
}
