// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.CpuList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which CPUs belong to which NUMA node: a folder per node with a list of those of its CPUs that are online.
final class CpuNodes {
    static final Path FOLDER = Path.of("/sys/devices/system/node");

    private static final Pattern NODE = Pattern.compile("node([0-9]{1,9})");

    private CpuNodes() {}

    /// The CPUs by node, in the order of the nodes' numbers, without nodes that have none of them: some have memory
    /// only. A system that does not tell of each CPU where it is, a container without that folder say, is taken for
    /// one of a single node.
    ///
    /// @param folder that of the nodes, [#FOLDER] but in tests
    /// @param cpus at least one
    static List<CpuList> split(CpuList cpus, Path folder) {
        List<CpuList> nodes = new ArrayList<>();
        int found = 0;
        try {
            for (Path node : inOrder(folder)) {
                CpuList ofNode = read(node).and(cpus);
                found += ofNode.size();
                if (!ofNode.isEmpty()) {
                    nodes.add(ofNode);
                }
            }
        } catch (IOException | UncheckedIOException _) {
            return List.of(cpus);
        }
        return found == cpus.size() ? nodes : List.of(cpus);
    }

    private static Iterable<Path> inOrder(Path folder) throws IOException {
        SortedMap<Integer, Path> nodes = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                Matcher name = NODE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    nodes.put(Integer.valueOf(name.group(1)), file);
                }
            });
        }
        return nodes.values();
    }

    private static CpuList read(Path node) throws IOException {
        Path file = node.resolve("cpulist");
        return CpuList.parse(Files.readString(file).strip())
                .orElseThrow(() -> new IOException(file + " is no list of CPUs"));
    }
}
