# shellcheck shell=bash disable=SC2154
# Sourced by dist.sh: the Debian package.

# The newest version of glibc that a symbol in the image asks for.
needed_glibc() {
    find "$image" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jspawnhelper \) -exec grep -aoh 'GLIBC_2\.[0-9]*' {} + |
        sort --unique --version-sort | sed -n '$s/GLIBC_//p'
}

make_deb() {
    if ! command -v dpkg-deb >/dev/null; then
        echo 'dist: no dpkg-deb here: no Debian package' >&2
        return
    fi
    local top=$work/deb debian_version=${version/-SNAPSHOT/\~SNAPSHOT}
    mkdir -p "$top"/{DEBIAN,usr/bin,usr/lib/systemd/system,etc/socks5-tunnel}
    cp -a "$image" "$top/usr/lib/socks5-tunnel"
    ln -s ../lib/socks5-tunnel/bin/socks5-tunnel "$top/usr/bin/socks5-tunnel"
    install -m 600 "$root/docs/socks5-tunnel.sample.yml" "$top/etc/socks5-tunnel/socks5-tunnel.yml"
    install -m 644 "$packaging/deb/socks5-tunnel.service" "$top/usr/lib/systemd/system/"
    copy_docs "$top/usr/share/doc/socks5-tunnel"
    mv "$top/usr/share/doc/socks5-tunnel/LICENSE" "$top/usr/share/doc/socks5-tunnel/copyright"
    echo /etc/socks5-tunnel/socks5-tunnel.yml >"$top/DEBIAN/conffiles"
    install -m 755 "$packaging"/deb/{postinst,prerm,postrm} "$top/DEBIAN/"
    sed -e "s/@VERSION@/$debian_version/; s/@ARCHITECTURE@/$architecture/; s/@GLIBC@/$(needed_glibc)/" \
        -e "s/@SIZE@/$(du -sk --apparent-size "$top" | cut -f 1)/" "$packaging/deb/control" >"$top/DEBIAN/control"
    # dpkg-deb only makes times older that are newer than SOURCE_DATE_EPOCH.
    find "$top" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    # Level 3: a tenth larger than the usual 6, in half the time.
    dpkg-deb --root-owner-group -Zxz -z3 --build "$top" \
        "$output/socks5-tunnel_${debian_version}_$architecture.deb" >/dev/null
}
