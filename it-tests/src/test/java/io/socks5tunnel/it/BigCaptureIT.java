// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.CaptureCount;
import io.socks5tunnel.it.lab.Captures;
import io.socks5tunnel.it.lab.RuntimeImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A capture of a gigabyte is read with a heap that holds a fortieth of it.
@Tag("full")
final class BigCaptureIT {
    private static final long BYTES = 1_000_000_000;
    private static final String HEAP = "-Xmx24m";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"impaired/upload-zero-window.pcap, 2500, 0", "impaired/mixed-121-flows.pcapng, 3103, 29"})
    void aGigabyteIsReadInConstantMemory(String name, long packets, long skipped)
            throws IOException, InterruptedException {
        Path big = folder.resolve("big");
        int times = Captures.repeat(Captures.file(name), big, BYTES);
        List<String> command = new ArrayList<>(RuntimeImage.command(CaptureCount.class));
        command.addAll(1, List.of(HEAP, "-XX:+UseSerialGC"));
        command.add(big.toString());

        ChildProcess ended = ChildProcess.run(folder, Map.of(), command.toArray(String[]::new));

        assertThat(ended.err()).isEmpty();
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).startsWith(packets * times + " packets, " + skipped * times + " without IP, ");
        System.out.println(name + ", " + times + " times: " + ended.out().strip());
    }
}
