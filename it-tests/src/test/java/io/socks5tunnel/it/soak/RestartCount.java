// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a process holds after as many tunnels have come and gone in it.
///
/// @param restarts tunnels until now
/// @param descriptors open ones
/// @param threads of the process, without those of the JIT compilers and the one that waits for scripts
/// @param interfaces in its network namespace
/// @param heapBytes live objects, after a collection
/// @param residentBytes memory in RAM, after that collection
record RestartCount(int restarts, int descriptors, int threads, int interfaces, long heapBytes, long residentBytes) {
    private static final String WORD = "RESTARTS";
    private static final Path SELF = Path.of("/proc/self");
    private static final long PAGE_BYTES = 4096;
    private static final int COLLECTIONS = 3;

    /// Of this process.
    static RestartCount now(int restarts) throws IOException {
        for (int i = 0; i < COLLECTIONS; i++) {
            // more than one: what cleaners free becomes garbage later than what they watch
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        String pages = Files.readString(SELF.resolve("statm")).split(" ", -1)[1];
        return new RestartCount(
                restarts,
                names(SELF.resolve("fd")).size(),
                countThreads(),
                names(Path.of("/sys/class/net")).size(),
                runtime.totalMemory() - runtime.freeMemory(),
                Long.parseLong(pages) * PAGE_BYTES);
    }

    private static int countThreads() throws IOException {
        int count = 0;
        for (String task : names(SELF.resolve("task"))) {
            String name = Files.readString(SELF.resolve("task").resolve(task).resolve("comm"));
            if (!name.contains("CompilerThre") && !name.contains("process reaper")) {
                count++;
            }
        }
        return count;
    }

    private static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        }
        return names;
    }

    String line() {
        return String.join(
                " ",
                WORD,
                Integer.toString(restarts),
                Integer.toString(descriptors),
                Integer.toString(threads),
                Integer.toString(interfaces),
                Long.toString(heapBytes),
                Long.toString(residentBytes));
    }

    /// The lines among others.
    static List<RestartCount> parse(String output) {
        return output.lines()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[0].equals(WORD))
                .map(words -> new RestartCount(
                        Integer.parseInt(words[1]),
                        Integer.parseInt(words[2]),
                        Integer.parseInt(words[3]),
                        Integer.parseInt(words[4]),
                        Long.parseLong(words[5]),
                        Long.parseLong(words[6])))
                .toList();
    }
}
