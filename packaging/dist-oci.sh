# shellcheck shell=bash disable=SC2154
# Sourced by dist.sh: an OCI image layout, made without a container engine. One layer: the run-time image, the libraries
# of this machine's glibc that it needs, and busybox for the shell and ip that the entry point wants.

# Copies the libraries that the programs in the image load, with their loader, to where they are here.
copy_libraries() {
    local top=$1 library
    {
        find "$image" -type f \( -name '*.so' -o -name java -o -name jspawnhelper \) \
            -exec env LD_LIBRARY_PATH="$image/lib:$image/lib/server" ldd {} + 2>/dev/null |
            sed -n 's/^[[:space:]]*\(.* => \)\{0,1\}\(\/[^ ]*\) (0x.*/\2/p'
        # Not linked: getaddrinfo loads them, where they are files of their own.
        ldconfig -p | sed -n 's/.*libnss_\(dns\|files\)\.so\.2 .*x86-64.* => //p; s/.*libresolv\.so\.2 .*x86-64.* => //p'
    } | grep -v "^$image/" | sort -u | while read -r library; do
        mkdir -p "$top${library%/*}"
        cp -L "$library" "$top$library"
    done
}

# Prints the digest of a file and moves it among the blobs.
add_blob() {
    local digest
    digest=$(sha256sum "$1" | cut -d ' ' -f 1)
    mv "$1" "$layout/blobs/sha256/$digest"
    echo "$digest"
}

blob_size() {
    stat -c %s "$layout/blobs/sha256/$1"
}

make_root() {
    local top=$1 busybox=$2 applet
    mkdir -p "$top"/{bin,etc/socks5-tunnel,proc,sys,dev,run,tmp,usr/lib,usr/bin}
    chmod 1777 "$top/tmp"
    install -m 755 "$busybox" "$top/bin/busybox"
    for applet in sh ip cat ls sed grep test sleep sysctl; do ln -s busybox "$top/bin/$applet"; done
    copy_libraries "$top"
    cp -a "$image" "$top/usr/lib/socks5-tunnel"
    ln -s ../lib/socks5-tunnel/bin/java "$top/usr/bin/java"
    cp "$root/docs/socks5-tunnel.sample.yml" "$top/etc/socks5-tunnel/"
    install -m 755 "$packaging/oci/entrypoint.sh" "$top/entrypoint.sh"
    echo 'root:x:0:0:root:/:/bin/sh' >"$top/etc/passwd"
    echo 'root:x:0:' >"$top/etc/group"
    echo 'hosts: files dns' >"$top/etc/nsswitch.conf"
}

make_oci() {
    local busybox top=$work/root layout=$work/oci created layer_tar layer config manifest
    if ! busybox=$(command -v busybox) || ldd "$busybox" >/dev/null 2>&1; then
        echo 'dist: no static busybox here (package busybox-static): no OCI image' >&2
        return
    fi
    mkdir -p "$layout/blobs/sha256"
    make_root "$top" "$busybox"
    created=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    reproducible_tar "$top" >"$work/layer.tar"
    layer_tar=$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)
    gzip -n "$work/layer.tar"
    layer=$(add_blob "$work/layer.tar.gz")
    printf '%s' "{\"created\":\"$created\",\"architecture\":\"$architecture\",\"os\":\"linux\"," \
        '"config":{"Entrypoint":["/entrypoint.sh"],"Env":["PATH=/usr/bin:/bin","MALLOC_ARENA_MAX=1"],"StopSignal":"SIGTERM",' \
        '"Healthcheck":{"Test":["CMD","test","-f","/success"],"Interval":5000000000,"Retries":3}},' \
        "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$layer_tar\"]}}" >"$work/config.json"
    config=$(add_blob "$work/config.json")
    printf '%s' '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":' \
        "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:$config\",\"size\":$(blob_size "$config")}," \
        '"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",' \
        "\"digest\":\"sha256:$layer\",\"size\":$(blob_size "$layer")}]}" >"$work/manifest.json"
    manifest=$(add_blob "$work/manifest.json")
    printf '%s' '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",' \
        "\"digest\":\"sha256:$manifest\",\"size\":$(blob_size "$manifest")," \
        "\"platform\":{\"architecture\":\"$architecture\",\"os\":\"linux\"}," \
        "\"annotations\":{\"org.opencontainers.image.ref.name\":\"$version\"," \
        "\"io.containerd.image.name\":\"localhost/socks5-tunnel:$version\"}}]}" >"$layout/index.json"
    printf '%s' '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
    reproducible_tar "$layout" >"$output/socks5-tunnel-$version-oci-$architecture.tar"
}
