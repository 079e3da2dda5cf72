// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.api.CpuList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuNodesTest {
    private final Path folder = Jimfs.newFileSystem(Configuration.unix()).getPath("/sys/devices/system/node");

    private void node(int number, String cpulist) throws IOException {
        Path node = Files.createDirectories(folder.resolve("node" + number));
        Files.writeString(node.resolve("cpulist"), cpulist + "\n");
    }

    private void expectNodes(String usable, String... nodes) {
        assertThat(CpuNodes.split(cpus(usable), folder))
                .extracting(CpuList::toString)
                .containsExactly(nodes);
    }

    private static CpuList cpus(String text) {
        return CpuList.parse(text).orElseThrow();
    }

    @Nested
    class OfSeveralNodes {
        /// Numbers have gaps where nodes can be plugged in, and `node10` comes before `node2` in the alphabet.
        @Test
        void areReadInTheOrderOfTheirNumbers() throws IOException {
            node(10, "4-5,12-13");
            node(2, "0-3,8-11");
            node(7, "6-7,14-15");
            Files.writeString(folder.resolve("online"), "2,7,10\n");
            Files.createDirectory(folder.resolve("power"));
            Files.createDirectory(folder.resolve("node"));

            expectNodes("0-15", "0-3,8-11", "6-7,14-15", "4-5,12-13");
        }

        @Test
        void areWithoutThoseThatHaveMemoryOnly() throws IOException {
            node(0, "0-1");
            node(1, "");
            node(2, "2-3");

            expectNodes("0-3", "0-1", "2-3");
        }

        @Test
        void areWithoutCpusThatMayNotBeUsed() throws IOException {
            node(0, "0-3");
            node(1, "4-7");
            node(2, "8-11");

            expectNodes("1,3-5", "1,3", "4-5");
        }

        @Test
        void areOneWhereTheRestMayNotBeUsed() throws IOException {
            node(0, "0-3");
            node(1, "4-7");

            expectNodes("4-6", "4-6");
        }

        @Test
        void mayHaveThousandsOfCpus() throws IOException {
            node(0, "0-4095");
            node(1, "4096-8191");

            expectNodes("1000-5000", "1000-4095", "4096-5000");
        }
    }

    /// All in one, rather than some left out.
    @Nested
    class OfASystemThatDoesNotTellAll {
        @Test
        void hasNoFolder() {
            expectNodes("0-3", "0-3");
        }

        @Test
        void hasAnEmptyFolder() throws IOException {
            Files.createDirectories(folder);

            expectNodes("0-3", "0-3");
        }

        @Test
        void hasACpuInNoNode() throws IOException {
            node(0, "0-1");
            node(1, "2");

            expectNodes("0-3", "0-3");
        }

        @ParameterizedTest
        @ValueSource(strings = {"2-", "f", "0x3", "2-9999"})
        void hasAListThatIsNone(String cpulist) throws IOException {
            node(0, "0-1");
            node(1, cpulist);

            expectNodes("0-3", "0-3");
        }

        @Test
        void hasANodeWithoutAList() throws IOException {
            node(0, "0-1");
            node(1, "2-3");
            Files.delete(folder.resolve("node1").resolve("cpulist"));

            expectNodes("0-3", "0-3");
        }
    }
}
