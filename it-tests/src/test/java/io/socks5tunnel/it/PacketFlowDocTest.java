// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the documents call a class or a method exists under that name.
///
/// Read as names are `Class#member` and `Class.member`, with or without parentheses, and `Class` alone if it has
/// two capitals like most of ours; all between back-ticks. Nested classes are written `Outer.Inner#member`.
final class PacketFlowDocTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LEAST_NAMES = 10;
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern NAME =
            Pattern.compile("((?:[A-Z]\\w*\\.)*[A-Z]\\w*)(?:[#.]([a-z]\\w*)(?:\\([^)]*\\))?)?");
    private static final Pattern TWO_CAPITALS = Pattern.compile("[A-Z]\\w*[a-z]\\w*[A-Z]\\w*");
    private static final List<String> KNOWN_PACKAGES =
            List.of("java.lang.", "java.net.", "java.nio.", "java.nio.channels.", "java.util.", "java.lang.foreign.");

    private final Map<String, String> ownClasses = ownClasses();

    @ParameterizedTest
    @ValueSource(strings = {"packet-flow.md", "threads.md", "tcp.md"})
    void everyNameInTheDocumentExists(String document) throws IOException {
        List<String> names = names(Files.readString(ROOT.resolve("docs").resolve(document)));

        assertThat(names)
                .as("names found in the document, else nothing is proven")
                .hasSizeGreaterThanOrEqualTo(LEAST_NAMES);
        assertThat(names.stream().filter(name -> !exists(name)).toList())
                .as("names in docs/" + document + " that do not exist")
                .isEmpty();
    }

    @Test
    void namesAreFoundAndWrongOnesAreNoticed() {
        List<String> names = names("See `PacketStack#receive`, `PacketStack.poll(now)`, `FlowKey`, `TcpFlow#swallow`, "
                + "`PacketPile#receive`, `Tunnel#close()` and `tunnel.mtu`, `MTU` or `Slab`.");

        assertThat(names)
                .containsExactly(
                        "PacketStack#receive",
                        "PacketStack#poll",
                        "FlowKey",
                        "TcpFlow#swallow",
                        "PacketPile#receive",
                        "Tunnel#close");
        assertThat(names.stream().filter(name -> !exists(name)).toList())
                .containsExactly("TcpFlow#swallow", "PacketPile#receive");
    }

    private static List<String> names(String markdown) {
        List<String> names = new ArrayList<>();
        Matcher code = CODE.matcher(markdown);
        while (code.find()) {
            Matcher name = NAME.matcher(code.group(1));
            if (!name.matches()) {
                continue;
            }
            if (name.group(2) != null) {
                names.add(name.group(1) + "#" + name.group(2));
            } else if (TWO_CAPITALS.matcher(name.group(1)).matches()) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    private boolean exists(String name) {
        int hash = name.indexOf('#');
        Class<?> type = find(hash < 0 ? name : name.substring(0, hash));
        return type != null && (hash < 0 || hasMember(type, name.substring(hash + 1)));
    }

    private Class<?> find(String simpleName) {
        String binaryName = simpleName.replace('.', '$');
        int end = binaryName.indexOf('$');
        String outer = end < 0 ? binaryName : binaryName.substring(0, end);
        String nested = binaryName.substring(outer.length());
        List<String> candidates = new ArrayList<>();
        if (ownClasses.containsKey(outer)) {
            candidates.add(ownClasses.get(outer) + nested);
        }
        KNOWN_PACKAGES.forEach(prefix -> candidates.add(prefix + binaryName));
        return candidates.stream()
                .map(this::load)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private Class<?> load(String fullName) {
        try {
            return Class.forName(fullName, false, getClass().getClassLoader());
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    private static boolean hasMember(Class<?> type, String name) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            Stream<? extends AccessibleObject> members =
                    Stream.concat(Arrays.stream(at.getDeclaredMethods()), Arrays.stream(at.getDeclaredFields()));
            if (members.map(Member.class::cast)
                    .anyMatch(member -> member.getName().equals(name))) {
                return true;
            }
        }
        return Arrays.stream(type.getInterfaces()).anyMatch(face -> hasMember(face, name));
    }

    /// Simple names of the project's top-level classes, with their full ones.
    private static Map<String, String> ownClasses() {
        Map<String, String> classes = new HashMap<>();
        try (Stream<Path> files =
                Files.find(ROOT, 20, (path, _) -> path.toString().endsWith(".java"))) {
            Path sources = Path.of("src", "main", "java");
            files.map(ROOT::relativize)
                    .filter(path ->
                            path.getNameCount() > 4 && path.subpath(1, 4).equals(sources))
                    .map(path -> path.subpath(4, path.getNameCount()).toString())
                    .map(path ->
                            path.substring(0, path.length() - ".java".length()).replace('/', '.'))
                    .forEach(name -> classes.put(name.substring(name.lastIndexOf('.') + 1), name));
        } catch (IOException e) {
            throw new IllegalStateException("cannot look for sources in " + ROOT, e);
        }
        return classes;
    }
}
