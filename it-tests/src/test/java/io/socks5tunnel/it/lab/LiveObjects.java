// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The objects that live in another JVM, by the names of their classes: what a garbage collection does not take.
public final class LiveObjects {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int COUNT = 1;
    private static final int NAME = 3;

    private final Map<String, Long> counts;

    private LiveObjects(Map<String, Long> counts) {
        this.counts = counts;
    }

    /// Asks the JVM, which collects garbage for it.
    public static LiveObjects of(LabProcess process) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Ended ended =
                process.runBeside("jcmd", List.of(jcmd, Long.toString(process.pid()), "GC.class_histogram"), LIMIT);
        return new LiveObjects(ended.orFail()
                .output()
                .lines()
                .map(line -> line.strip().split(" +", -1))
                .filter(words -> words.length > NAME && words[0].endsWith(":") && words[COUNT].matches("\\d+"))
                .collect(Collectors.toMap(words -> words[NAME], words -> Long.parseLong(words[COUNT]), Long::sum)));
    }

    /// How many there are of a class.
    public long count(String className) {
        return counts.getOrDefault(className, 0L);
    }
}
