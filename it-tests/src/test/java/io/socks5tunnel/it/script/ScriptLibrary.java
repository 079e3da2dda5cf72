// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// All packet scripts of a directory.
final class ScriptLibrary {
    private static final String ENDING = ".script";

    private final Map<String, PacketScript> scripts = new TreeMap<>();

    private ScriptLibrary(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(ENDING)).toList()) {
                String name = file.getFileName().toString().replace(ENDING, "");
                scripts.put(name, PacketScript.parse(name, text(directory, name), other -> text(directory, other)));
            }
        }
    }

    /// Those among the tests' resources.
    static ScriptLibrary ofTests() {
        URL place = ScriptLibrary.class.getResource("/scripts");
        if (place == null) {
            throw new IllegalStateException("no scripts among the resources");
        }
        try {
            return in(Path.of(place.toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Those in a directory.
    static ScriptLibrary in(Path directory) {
        try {
            return new ScriptLibrary(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sorted by name.
    List<PacketScript> scripts() {
        return List.copyOf(scripts.values());
    }

    PacketScript script(String name) {
        PacketScript script = scripts.get(name);
        if (script == null) {
            throw new IllegalArgumentException("no script " + name);
        }
        return script;
    }

    static Path file(Path directory, String name) {
        return directory.resolve(name + ENDING);
    }

    private static String text(Path directory, String name) {
        try {
            return Files.readString(file(directory, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
