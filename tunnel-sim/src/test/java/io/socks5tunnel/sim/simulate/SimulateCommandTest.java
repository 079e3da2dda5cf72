// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.SteppedTunnel;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.sim.Engines;
import io.socks5tunnel.sim.capture.CaptureReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulateCommandTest {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path capture = files.getPath("/capture.pcapng");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /// Breaks down at every start.
    private record BrokenEngine() implements EngineProvider {
        @Override
        public Tunnel start(TunnelConfig config, TunDevice device, ReactorProvider reactors) {
            throw new UnsupportedOperationException("only stepped");
        }

        @Override
        public SteppedTunnel startStepped(TunnelConfig config, TunDevice device, ReactorProvider reactors)
                throws IOException {
            SteppedTunnel real = Engines.real().startStepped(config, device, reactors);
            real.close();
            return real;
        }

        @Override
        public int shardCount(TunnelConfig config) {
            return 1;
        }
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void seedsThatPassAreSummedUpInThreeLines() throws IOException {
        int code = SimulateCommand.run(
                Engines.real(),
                new SimulateOptions(false, 1, 3, Optional.empty(), Optional.empty(), Optional.empty(), false, false),
                writer());
        assertThat(code).isZero();
        assertThat(out.toString().lines()).hasSize(3);
        assertThat(out.toString()).startsWith("3 of 3 seeds passed").contains("triples");
    }

    @Test
    void aSeedThatFailsIsExplainedShrunkAndWritten() throws IOException {
        int code = SimulateCommand.run(
                new BrokenEngine(),
                new SimulateOptions(
                        false, 9, 1, Optional.empty(), Optional.empty(), Optional.of(capture), false, false),
                writer());
        assertThat(code).isEqualTo(1);
        assertThat(out.toString())
                .contains("seed 9 FAILED")
                .contains("the last events")
                .contains("it takes 0")
                .contains("again: socks5-tunnel simulate --seed 9 --faults none")
                .contains("packets: /capture.pcapng");
    }

    @Test
    void thePacketsOfASeedThatIsPlayedAloneAreWrittenIfAskedFor() throws IOException {
        int code = SimulateCommand.run(
                Engines.real(),
                new SimulateOptions(false, 9, 1, Optional.empty(), Optional.empty(), Optional.of(capture), true, true),
                writer());
        assertThat(code).isZero();
        assertThat(out.toString()).contains("seed 9: passed, digest ").contains("ESTABLISHED, ACK, ESTABLISHED");
        int packets = 0;
        try (CaptureReader reader = CaptureReader.open(capture)) {
            while (reader.next() != null) {
                packets++;
            }
        }
        assertThat(packets).isGreaterThan(100);
    }

    @Test
    void argumentsThatMakeNoSenseAreRefused() {
        assertThat(run("--seeds", "0")).isEqualTo(2);
        assertThat(run("--minutes", "-1")).isEqualTo(2);
        assertThat(run("--faults", "one")).isEqualTo(2);
        assertThat(err.toString()).contains("--faults: one is not a list of numbers");
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--seed");
    }

    @Test
    void aListOfFaultsMayBeEmptyOrHaveNumbers() {
        var line = SimulateOptions.commandLine("simulate", "");
        assertThat(SimulateOptions.parse(line, List.of("--faults", "none")).faults())
                .contains(List.of());
        assertThat(SimulateOptions.parse(line, List.of("--faults", "3, 5")).faults())
                .contains(List.of(3, 5));
        assertThat(SimulateOptions.parse(line, List.of()).faults()).isEmpty();
    }

    private int run(String... arguments) {
        return new SimulateCommand().run(List.of(arguments), writer(), new PrintWriter(err, true));
    }

    private PrintWriter writer() {
        return new PrintWriter(out, true);
    }
}
