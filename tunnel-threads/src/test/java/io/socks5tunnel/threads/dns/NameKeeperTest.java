// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.api.MapDnsSettings;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameKeeperTest {
    private final FileSystem files = Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setAttributeViews("basic", "posix").build());
    private final Path file = files.getPath("/names");

    @AfterEach
    void closeFiles() throws IOException {
        files.close();
    }

    private static String ask(MapDns names, String name) {
        return Names.ask(new DnsResponder(names), DnsMessage.query(name, DnsMessage.A))
                .answers
                .getFirst()
                .address();
    }

    private MapDns restarted(MapDnsSettings settings) {
        MapDns names = Names.mapDns(settings);
        new NameKeeper(names, file).load(0);
        return names;
    }

    private void saved(String... asked) {
        MapDns names = Names.mapDns(Names.IPV4_ONLY);
        for (String name : asked) {
            ask(names, name);
        }
        new NameKeeper(names, file).close();
    }

    @Nested
    class AfterARestart {
        @Test
        void namesHaveTheAddressesOfBefore() {
            saved("a.example", "b.example", "c.example");

            MapDns names = restarted(Names.IPV4_ONLY);

            assertThat(ask(names, "b.example")).isEqualTo("100.64.0.2");
            assertThat(Names.nameOf(names, "100.64.0.3")).isEqualTo("c.example");
            assertThat(ask(names, "new.example")).isEqualTo("100.64.0.4");
        }

        @Test
        void addressesOfAnotherNetworkAreLeftOut() {
            saved("a.example");

            MapDns names = restarted(MapDnsSettings.ofIpv4("198.18.0.2", 53, "10.0.0.0", "255.0.0.0", 10));

            assertThat(names.table().size()).isZero();
        }

        @Test
        void aSmallerTableTakesWhatFits() {
            saved("a.example", "b.example", "c.example");

            MapDns names = restarted(MapDnsSettings.ofIpv4("198.18.0.2", 53, "100.64.0.0", "255.192.0.0", 2));

            assertThat(names.table().mappings())
                    .extracting(NameTable.Mapping::name)
                    .containsExactly("a.example", "b.example");
        }
    }

    @Nested
    class TheFile {
        @Test
        void isReadByItsOwnerOnly() throws IOException {
            saved("a.example");

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(file)).isEqualTo("# socks5-tunnel names 1\n100.64.0.1 a.example\n# names: 1\n");
        }

        @Test
        void isReplacedWhole() throws IOException {
            Files.writeString(file.resolveSibling("names.new"), "left behind by a crash");
            saved("a.example");
            saved("b.example");

            assertThat(Files.readString(file)).contains("b.example").doesNotContain("a.example");
            assertThat(Files.exists(file.resolveSibling("names.new"))).isFalse();
        }

        @Test
        void isNotWrittenWhenNothingHasChanged() {
            saved();

            assertThat(Files.exists(file)).isFalse();
        }

        @Test
        void thatCannotBeWrittenIsNoReasonToFail() throws IOException {
            Files.createDirectories(file.resolve("in-the-way"));
            saved("a.example");

            assertThat(Files.isDirectory(file)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "something else\n",
                    "# socks5-tunnel names 1\n",
                    "# socks5-tunnel names 1\n100.64.0.1 a.example\n",
                    "# socks5-tunnel names 1\n100.64.0.1 a.example\n# names: 2\n",
                    "# socks5-tunnel names 1\n100.64.0.1\n# names: 1\n",
                    "# socks5-tunnel names 1\n100.64.0.1 A.Example\n# names: 1\n",
                    "# socks5-tunnel names 1\n100.64.0.1 a b\n# names: 1\n",
                    "# socks5-tunnel names 1\n100.64.0.999 a.example\n# names: 1\n",
                    "# socks5-tunnel names 1\nfc00::1 a.example\n# names: 1\n",
                    "# socks5-tunnel names 1\n100.64.0.1 a.\u00e9xample\n# names: 1\n"
                })
        void thatIsBrokenIsLeftAloneAndTheTableIsEmpty(String content) throws IOException {
            Files.writeString(file, content);

            MapDns names = restarted(Names.IPV4_ONLY);

            assertThat(names.table().size()).isZero();
            assertThat(Files.readString(file)).isEqualTo(content);
        }

        @Test
        void thatIsFarTooLargeIsNotRead() throws IOException {
            Files.writeString(file, "# socks5-tunnel names 1\n" + "100.64.0.1 a.example\n".repeat(200));

            MapDns names = restarted(MapDnsSettings.ofIpv4("198.18.0.2", 53, "100.64.0.0", "255.192.0.0", 10));

            assertThat(names.table().size()).isZero();
        }
    }

    /// The thread writes by itself; what is awaited here is that it does, however long the machine takes.
    @Test
    void namesAreWrittenNowAndThen() throws Exception {
        MapDns names = Names.mapDns(Names.IPV4_ONLY);
        try (NameKeeper keeper = new NameKeeper(names, file, 0)) {
            keeper.start();
            ask(names, "a.example");
            while (!Files.exists(file) || !Files.readString(file).contains("a.example")) {
                Thread.onSpinWait();
            }
            ask(names, "b.example");
            while (!Files.readString(file).contains("b.example")) {
                Thread.onSpinWait();
            }
        }
        assertThat(restarted(Names.IPV4_ONLY).table().size()).isEqualTo(2);
    }
}
