// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.TunnelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivilegesTest {
    private static final ProcessRights ROOT = new ProcessRights(true, true);
    private static final ProcessRights ORDINARY = new ProcessRights(false, true);

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.createFile(
                Jimfs.newFileSystem(Configuration.unix()).getPath("/work").resolve("t.yml"));
    }

    private static TunnelConfig config(String yaml) throws ConfigException {
        return TunnelConfig.parse("socks5: {address: 192.0.2.1, port: 1080}\n" + yaml)
                .config();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                       | true  | this is root's process",
                "                                       | false | ",
                "misc: {capabilities: keep}             | true  | misc.capabilities says so",
                "misc: {capabilities: keep}             | false | misc.capabilities says so",
                "misc: {capabilities: drop}             | true  | ",
                "misc: {capabilities: drop}             | false | ",
                "tunnel: {post-up-script: up.sh}        | false | scripts inherit them",
                "tunnel: {pre-down-script: down.sh}     | false | scripts inherit them",
                "tunnel: {name: 'sim:x.pcap'}           | false | there is no device to open",
                "socks5: {address: a, port: 1, mark: 1} | false | socks5.mark needs CAP_NET_ADMIN for every connection",
            })
    void capabilitiesAreKeptForAReason(String yaml, boolean isRoot, String reason) throws ConfigException {
        TunnelConfig config = config(yaml == null ? "" : yaml);

        assertThat(Privileges.reasonToKeep(config, isRoot ? ROOT : ORDINARY, file)
                        .orElse(null))
                .isEqualTo(reason);
    }

    @Test
    void aConfigurationThatCannotBeReadAgainIsSuchAReason() throws Exception {
        Path pipe = file.resolveSibling("pipe");

        assertThat(Privileges.reasonToKeep(config(""), ORDINARY, pipe))
                .hasValueSatisfying(reason -> assertThat(reason).contains("read once"));
    }
}
