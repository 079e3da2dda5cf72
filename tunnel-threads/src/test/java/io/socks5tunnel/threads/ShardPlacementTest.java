// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Affinity;
import io.socks5tunnel.api.CpuList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardPlacementTest {
    private static final List<CpuList> ONE_NODE = List.of(cpus("0-3"));
    private static final List<CpuList> TWO_NODES = List.of(cpus("0-3"), cpus("4-7"));

    private static CpuList cpus(String text) {
        return CpuList.parse(text).orElseThrow();
    }

    private static ShardPlacement listed(String text, int shards, List<CpuList> nodes) {
        return ShardPlacement.plan(new Affinity.Listed(cpus(text)), shards, nodes);
    }

    private static void expectAnywhere(ShardPlacement placement, int shards) {
        assertThat(placement.cpus()).isEqualTo(Collections.nCopies(shards, CpuList.NONE));
        assertThat(placement.description()).isEmpty();
    }

    @Nested
    class ByItself {
        @Test
        void bindsNothingOnOneNode() {
            for (List<CpuList> nodes : List.of(ONE_NODE, List.<CpuList>of())) {
                ShardPlacement placement = ShardPlacement.plan(Affinity.AUTO, 4, nodes);

                expectAnywhere(placement, 4);
                assertThat(placement.warning()).isEmpty();
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "1; shard 0 on CPUs 0-3",
                    "2; shard 0 on CPUs 0-3, shard 1 on CPUs 4-7",
                    "3; shards 0-1 on CPUs 0-3, shard 2 on CPUs 4-7",
                    "8; shards 0-3 on CPUs 0-3, shards 4-7 on CPUs 4-7",
                })
        void spreadsOverNodes(int shards, String where) {
            assertThat(ShardPlacement.plan(Affinity.AUTO, shards, TWO_NODES).description())
                    .isEqualTo(where);
        }

        @Test
        void givesLargerNodesMore() {
            List<CpuList> nodes = List.of(cpus("0"), cpus("1-6"), cpus("7-8"));

            assertThat(ShardPlacement.plan(Affinity.AUTO, 3, nodes).description())
                    .isEqualTo("shards 0-2 on CPUs 1-6");
            assertThat(ShardPlacement.plan(Affinity.AUTO, 9, nodes).description())
                    .isEqualTo("shard 0 on CPU 0, shards 1-6 on CPUs 1-6, shards 7-8 on CPUs 7-8");
        }
    }

    /// With any nodes: each shard has all CPUs of one node, and each node at least its share of shards, rounded
    /// down.
    @Property(tries = 500, seed = "202608")
    void staysWithinANode(
            @ForAll @IntRange(min = 1, max = 256) int shards,
            @ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 64) Integer> sizes) {
        List<CpuList> nodes = new ArrayList<>();
        int next = 0;
        for (int size : sizes) {
            nodes.add(cpus(next + "-" + (next + size - 1)));
            next += size;
        }

        List<CpuList> placed = ShardPlacement.plan(Affinity.AUTO, shards, nodes).cpus();

        assertThat(placed).hasSize(shards).isSubsetOf(nodes);
        for (CpuList node : nodes) {
            assertThat(Collections.frequency(placed, node)).isGreaterThanOrEqualTo(shards * node.size() / next);
        }
    }

    @Nested
    class Off {
        @Test
        void bindsNothingAnywhere() {
            expectAnywhere(ShardPlacement.plan(Affinity.OFF, 4, TWO_NODES), 4);
        }
    }

    @Nested
    class ByAList {
        @Test
        void goesThroughItInTurn() {
            ShardPlacement placement = listed("6,0-1", 5, TWO_NODES);

            assertThat(placement.cpus()).containsExactly(cpus("6"), cpus("0"), cpus("1"), cpus("6"), cpus("0"));
            assertThat(placement.description()).isEqualTo("shards 0,3 on CPU 6, shards 1,4 on CPU 0, shard 2 on CPU 1");
            assertThat(placement.warning()).isEmpty();
        }

        @Test
        void leavesAShardUnboundWhoseCpuIsNotThere() {
            ShardPlacement placement = listed("0,9", 2, ONE_NODE);

            assertThat(placement.cpus()).containsExactly(cpus("0"), CpuList.NONE);
            assertThat(placement.warning())
                    .isEqualTo("threads.affinity: this process cannot run on CPU 9, so shard 1 runs anywhere");
        }

        @Test
        void tellsOfAllShardsInOneWarning() {
            assertThat(listed("9-10,0", 6, ONE_NODE).warning())
                    .isEqualTo(
                            "threads.affinity: this process cannot run on CPUs 9-10, so shards 0-1,3-4 run anywhere");
        }

        @Test
        void doesNotMindACpuThatNoShardWouldUse() {
            assertThat(listed("0-99", 2, ONE_NODE).warning()).isEmpty();
        }

        @Test
        void saysWhereShardsCannotBeBoundAtAll() {
            ShardPlacement placement = listed("0", 2, List.of());

            expectAnywhere(placement, 2);
            assertThat(placement.warning()).contains("threads.affinity has no effect");
        }
    }
}
