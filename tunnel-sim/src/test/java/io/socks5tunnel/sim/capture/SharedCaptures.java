// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The folder of captures that the property `socks5tunnel.captures` names, with its table `MANIFEST.tsv`.
public final class SharedCaptures {
    private static final String PROPERTY = "socks5tunnel.captures";

    private SharedCaptures() {}

    /// A row of the table.
    ///
    /// @param file path within the folder
    /// @param isCore whether it belongs to the forty that every build looks at
    /// @param packets how many packets it has
    /// @param seconds from the first packet to the last
    /// @param counters the table's remarks, such as `ip4=20 non_ip=3`
    public record Entry(String file, boolean isCore, int packets, double seconds, String counters) {
        /// Where the file is.
        public Path path() {
            return folder().resolve(file);
        }

        /// A counter of the table, 0 where it does not stand there.
        public int counter(String name) {
            for (String counter : counters.split(" ", -1)) {
                if (counter.startsWith(name + "=")) {
                    return Integer.parseInt(counter.substring(name.length() + 1));
                }
            }
            return 0;
        }

        @Override
        public String toString() {
            return file;
        }
    }

    /// All rows. Without the folder the test that asks is skipped, or failed where nothing may be skipped.
    public static List<Entry> entries() {
        try (Stream<String> lines = Files.lines(folder().resolve("MANIFEST.tsv"))) {
            return lines.skip(1).map(SharedCaptures::entry).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The folder; skips or fails as [#entries] does.
    public static Path folder() {
        String place = System.getProperty(PROPERTY, "");
        if (place.isEmpty()) {
            String reason = "no folder of captures: set " + PROPERTY;
            if (Boolean.getBoolean("socks5tunnel.requireAll")) {
                throw new IllegalStateException(reason);
            }
            Assumptions.abort(reason);
        }
        return Path.of(place);
    }

    private static Entry entry(String line) {
        String[] cells = line.split("\t", -1);
        return new Entry(
                cells[0], cells[1].equals("yes"), Integer.parseInt(cells[6]), Double.parseDouble(cells[7]), cells[11]);
    }
}
