// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A program that is installed on this machine, with all that an image made of nothing needs to run it: itself, the
/// dynamic linker and the shared libraries.
///
/// @param file where the program is installed, absolute
record DebianProgram(Path file) {
    /// `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, or the linker alone, which has no arrow.
    private static final Pattern LIBRARY = Pattern.compile("(?m)^\\s*(?:\\S+ => )?(/\\S+) \\(0x");

    /// The program of that name on the search path, if it is installed.
    static Optional<DebianProgram> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
        for (String directory : path.split(":", -1)) {
            Path file = Path.of(directory, name);
            if (Files.isExecutable(file)) {
                return Optional.of(new DebianProgram(file.toAbsolutePath()));
            }
        }
        return Optional.empty();
    }

    /// The program and what it is linked with, each by the path under which it will be looked for.
    SortedSet<Path> files() {
        SortedSet<Path> files = new TreeSet<>();
        files.add(file);
        // a statically linked program makes ldd fail, and needs nothing else
        Matcher library = LIBRARY.matcher(output("ldd", file.toString()));
        while (library.find()) {
            files.add(Path.of(library.group(1)));
        }
        return files;
    }

    /// The version of the package that the program came with.
    String version() {
        String owner = output("dpkg-query", "--search", file.toString());
        int colon = owner.indexOf(':');
        return colon < 0
                ? "unknown"
                : output("dpkg-query", "--show", "--showformat=${Version}", owner.substring(0, colon));
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
