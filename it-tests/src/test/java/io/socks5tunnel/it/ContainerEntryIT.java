// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.TunnelConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The entry point of the OCI image: what it makes of hev-socks5-tunnel's variables. The program it then runs is a
/// stand-in that only says how it was called.
class ContainerEntryIT {
    private static final Path ENTRY =
            Path.of("../packaging/oci/entrypoint.sh").toAbsolutePath().normalize();

    @TempDir
    Path top;

    @BeforeEach
    void layOut() throws Exception {
        Files.createDirectories(top.resolve("run"));
        var program = Files.createDirectories(top.resolve("usr/lib/socks5-tunnel/bin"))
                .resolve("java");
        Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void withoutVariablesItTakesTheDefaultsOfTheOriginalsImage() throws Exception {
        var run = enter(Map.of());

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).endsWith(top.resolve("run/socks5-tunnel.yml") + "\n");
        var config = config();
        assertThat(config.tunnel().name()).isEqualTo("tun0");
        assertThat(config.tunnel().mtuBytes()).isEqualTo(8500);
        assertThat(config.socks5().port()).isEqualTo(1080);
        assertThat(config.socks5().mark()).isEqualTo(438);
        assertThat(postUp())
                .containsSubsequence(
                        "ip route add default dev tun0 table 20",
                        "ip rule add fwmark 438 table main pref 1",
                        "ip rule add to 0.0.0.0/0 table 20 pref 20",
                        "/success");
    }

    @Test
    void secretsKeepEveryCharacterAndAreForTheOwnerOnly() throws Exception {
        enter(Map.of("SOCKS5_USERNAME", "o'neil", "SOCKS5_PASSWORD", "p: #\"$HOME\\ '"));

        assertThat(Files.readString(file())).contains("username: 'o''neil'", "password: 'p: #\"$HOME\\ '''");
        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        TunnelConfig.load(file());
    }

    @Test
    void secretsAreNotInTheEnvironmentOfTheProgram() throws Exception {
        Files.writeString(top.resolve("usr/lib/socks5-tunnel/bin/java"), "#!/bin/sh\nexec env\n");

        var run = enter(Map.of("SOCKS5_USERNAME", "lab-user", "SOCKS5_PASSWORD", "lab-password", "SOCKS5_PORT", "7"));

        assertThat(run.out()).contains("SOCKS5_PORT=7\n").doesNotContain("lab-user", "lab-password");
        assertThat(Files.readString(file())).contains("lab-user", "lab-password");
    }

    @Test
    void listsOfRangesMayHaveCommasOrLineBreaks() throws Exception {
        enter(Map.of("IPV4_INCLUDED_ROUTES", "1.0.0.0/8,2.0.0.0/8", "IPV4_EXCLUDED_ROUTES", "10.0.0.0/8\n1.2.3.4\n"));

        assertThat(postUp().lines())
                .containsSubsequence(
                        "ip rule add to 10.0.0.0/8 table main pref 10",
                        "ip rule add to 1.2.3.4 table main pref 10",
                        "ip rule add to 1.0.0.0/8 table 20 pref 20",
                        "ip rule add to 2.0.0.0/8 table 20 pref 20")
                .noneMatch(line -> line.contains("0.0.0.0/0"));
    }

    @Test
    void noRoutesMeansNoMarkEither() throws Exception {
        enter(Map.of("CONFIG_ROUTES", "0"));

        assertThat(postUp()).doesNotContain("ip ").contains("/success");
        assertThat(config().socks5().mark()).isZero();
    }

    @Test
    void argumentsReplaceTheVariables() throws Exception {
        var run = enter(Map.of(), "check", "a file");

        assertThat(run.out()).endsWith("\ncheck\na file\n");
        assertThat(file()).doesNotExist();
    }

    private ChildProcess enter(Map<String, String> variables, String... arguments) throws Exception {
        var environment = new HashMap<>(variables);
        environment.put("CONTAINER_ROOT", top.toString());
        var command = new String[arguments.length + 2];
        command[0] = "/bin/sh";
        command[1] = ENTRY.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return ChildProcess.run(top, environment, command);
    }

    private TunnelConfig config() throws Exception {
        return TunnelConfig.load(file()).config();
    }

    private String postUp() throws Exception {
        return Files.readString(top.resolve("run/post-up.sh"));
    }

    private Path file() {
        return top.resolve("run/socks5-tunnel.yml");
    }
}
