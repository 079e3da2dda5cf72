// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessRightsTest {
    private final Path file = Jimfs.newFileSystem(Configuration.unix()).getPath("/status");

    /// The second of the four users counts, and of the sets the permitted one.
    @ParameterizedTest
    @CsvSource({
        "0 0 0 0, 000001ffffffffff, true, true",
        "1000 0 0 0, 0000000000000000, true, false",
        "0 1000 0 1000, 0000000000001000, false, true",
        "61234 61234 61234 61234, ffffffffffffffff, false, true",
    })
    void areReadFromTheKernelsAccount(String users, String permitted, boolean isRoot, boolean hasCapabilities)
            throws IOException {
        Files.writeString(file, """
                Name:\tjava
                Uid:\t%s
                Gid:\t0\t0\t0\t0
                CapInh:\t0000000000000001
                CapPrm:\t%s
                CapEff:\t0000000000000001
                """.formatted(users.replace(' ', '\t'), permitted));

        assertThat(ProcessRights.read(file)).isEqualTo(new ProcessRights(isRoot, hasCapabilities));
    }

    @Test
    void areNotGuessed() throws IOException {
        Files.writeString(file, "Uid:\t0\t0\t0\t0\n");

        assertThatThrownBy(() -> ProcessRights.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("CapPrm");
    }
}
