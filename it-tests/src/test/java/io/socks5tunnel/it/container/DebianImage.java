// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;

/// An image made of nothing but programs that are installed here, their libraries and a few files: no registry is
/// asked for a base.
final class DebianImage {
    private static final String ROOT = "root/";

    /// `openssl passwd -6` of [Socks5Container#PASSWORD].
    private static final String PASSWORD_HASH =
            "$6$s5tlab$Rrp.Zyk9LThNXYg8zvnywkLrCXXMBDzIEptaKyMgIVID4uDdjxOI.GiOitQXiiraX7trEI5Oo0ltqb1pC0nAT1";

    private static final Set<String> MADE = ConcurrentHashMap.newKeySet();

    private DebianImage() {}

    /// The image of a server; removed when the JVM ends.
    static ImageFromDockerfile of(SocksProgram program, boolean withPassword) {
        SortedSet<Path> files = new TreeSet<>();
        for (String name : program.programs()) {
            files.addAll(DebianProgram.find(name)
                    .orElseThrow(() -> new IllegalStateException("not installed: " + name))
                    .files());
        }
        String name = "socks5-tunnel-test/" + program.name().toLowerCase(Locale.ROOT)
                + (withPassword ? "-password:" : ":") + ProcessHandle.current().pid();
        removeAtExit(name);
        ImageFromDockerfile image = new ImageFromDockerfile(name, true);
        for (Path file : files) {
            image.withFileFromPath(ROOT + file.toString().substring(1), realFile(file));
        }
        accounts().forEach((path, text) -> image.withFileFromString(ROOT + path, text));
        program.files(withPassword).forEach((path, text) -> image.withFileFromString(ROOT + path, text));
        return image.withFileFromString(
                "Dockerfile", "FROM scratch\nCOPY " + ROOT + " /\nENV PATH=/usr/bin:/usr/sbin:/bin:/sbin\n");
    }

    /// Testcontainers leaves this to a container of its own, Ryuk, which has to be fetched and so is switched off here.
    private static void removeAtExit(String name) {
        if (MADE.add(name)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(name), "image-clean-up"));
        }
    }

    private static void remove(String name) {
        try {
            DockerClientFactory.lazyClient()
                    .removeImageCmd(name)
                    .withForce(true)
                    .exec();
        } catch (RuntimeException e) {
            // never built, or Docker is gone, or a container still has it
            System.err.println("the image " + name + " stays: " + e.getMessage());
        }
    }

    /// Where names and users are looked up: in files only, so that a server which asks for an address that a name
    /// does not have learns it at once.
    private static Map<String, String> accounts() {
        return Map.of(
                "etc/passwd",
                """
                root:x:0:0:root:/root:/usr/bin/dash
                sshd:x:100:65534::/run/sshd:/usr/bin/dash
                nobody:x:65534:65534:nobody:/:/usr/bin/dash
                %s:x:1000:1000::/:/usr/bin/dash
                """.formatted(Socks5Container.USER),
                "etc/shadow",
                "root:*:20000:0:99999:7:::\n" + Socks5Container.USER + ":" + PASSWORD_HASH + ":20000:0:99999:7:::\n",
                "etc/group",
                "root:x:0:\nnogroup:x:65534:\n",
                "etc/nsswitch.conf",
                "passwd: files\nshadow: files\ngroup: files\nhosts: files\n",
                "tmp/.keep",
                "",
                "var/run/.keep",
                "");
    }

    private static Path realFile(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
