// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What the kernel lets a thread do: its sets of capabilities, a bit each, and whether it may ever gain any.
///
/// @param inheritable `CapInh`
/// @param permitted `CapPrm`
/// @param effective `CapEff`
/// @param bounding `CapBnd`
/// @param ambient `CapAmb`
/// @param cannotGain `NoNewPrivs`
record ThreadRights(long inheritable, long permitted, long effective, long bounding, long ambient, boolean cannotGain) {
    /// Bit 12.
    static final long CAP_NET_ADMIN = 1L << 12;

    private static final Pattern LINE = Pattern.compile("(?m)^(Cap\\w+|NoNewPrivs):\\s+([0-9a-f]+)$");
    private static final int HEX = 16;

    /// Of every thread that a process has now.
    static List<ThreadRights> ofAll(long process) {
        List<ThreadRights> all = new ArrayList<>();
        Path threads = Path.of("/proc", Long.toString(process), "task");
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(threads)) {
            for (Path folder : folders) {
                addIfAlive(folder.resolve("status"), all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /// Whether it has none and gets none.
    boolean areNone() {
        return (inheritable | permitted | effective | ambient) == 0 && cannotGain;
    }

    private static void addIfAlive(Path status, List<ThreadRights> all) throws IOException {
        try {
            all.add(parse(Files.readString(status)));
        } catch (NoSuchFileException e) {
            // The thread has ended since it was listed.
        }
    }

    private static ThreadRights parse(String status) {
        Matcher line = LINE.matcher(status);
        Map<String, Long> values = line.results()
                .collect(Collectors.toMap(
                        found -> found.group(1), found -> Long.parseUnsignedLong(found.group(2), HEX)));
        return new ThreadRights(
                values.get("CapInh"),
                values.get("CapPrm"),
                values.get("CapEff"),
                values.get("CapBnd"),
                values.get("CapAmb"),
                values.get("NoNewPrivs") == 1);
    }
}
