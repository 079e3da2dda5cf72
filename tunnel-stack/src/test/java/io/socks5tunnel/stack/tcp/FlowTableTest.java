// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.PacketBytes;
import io.socks5tunnel.stack.fixture.TcpCheck;
import io.socks5tunnel.stack.wire.SegmentView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FlowTableTest {
    private final FlowTable<String> table = new FlowTable<>(new byte[32]);

    @Nested
    class Empty {
        @Test
        void findsNothing() {
            assertThat(table.find(key(1))).isNull();
            assertThat(table.remove(key(1))).isNull();
            assertThat(table.size()).isZero();
        }

        @Test
        void hasNoFirstFlow() {
            assertThatThrownBy(() -> table.valueAt(0)).isInstanceOf(IndexOutOfBoundsException.class);
        }

        @Test
        void needsTheWholeSecret() {
            assertThatThrownBy(() -> new FlowTable<>(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class WithFlows {
        @Test
        @Tag("T-AC-12")
        void aKeyThatDiffersInAnyPartIsAnotherFlow() {
            FlowKey key = new FlowKey(1, 2, 3, 4, 5, 6);
            table.put(key, "flow");
            FlowKey[] others = {
                new FlowKey(9, 2, 3, 4, 5, 6), new FlowKey(1, 9, 3, 4, 5, 6), new FlowKey(1, 2, 9, 4, 5, 6),
                new FlowKey(1, 2, 3, 9, 5, 6), new FlowKey(1, 2, 3, 4, 9, 6), new FlowKey(1, 2, 3, 4, 5, 9),
                new FlowKey(4, 5, 6, 1, 2, 3), new FlowKey(1, 2, 6, 4, 5, 3)
            };
            for (FlowKey other : others) {
                assertThat(table.find(other)).isNull();
                assertThat(table.find(key)).isEqualTo("flow");
                assertThat(table.find(other)).isNull();
            }
        }

        @Test
        void puttingAgainReplaces() {
            assertThat(table.put(key(1), "old")).isNull();
            assertThat(table.put(key(1), "new")).isEqualTo("old");
            assertThat(table.find(key(1))).isEqualTo("new");
            assertThat(table.size()).isEqualTo(1);
        }

        @Test
        void theFlowFoundLastIsForgottenWithItsRemoval() {
            table.put(key(1), "one");
            table.put(key(2), "two");
            assertThat(table.find(key(1))).isEqualTo("one");
            assertThat(table.remove(key(1))).isEqualTo("one");
            assertThat(table.find(key(1))).isNull();
            assertThat(table.find(key(2))).isEqualTo("two");
        }

        @Test
        void theFlowFoundLastIsForgottenWhenItMoves() {
            table.put(key(1), "one");
            table.put(key(2), "two");
            table.put(key(3), "three");
            assertThat(table.find(key(3))).isEqualTo("three");
            table.remove(key(1));
            assertThat(table.find(key(3))).isEqualTo("three");
            assertThat(table.find(key(2))).isEqualTo("two");
        }

        @Test
        void aSegmentFindsItsFlow() {
            SegmentView segment = new SegmentView();
            assertThat(new TcpCheck()
                            .check(new Inbound().packet(PacketBytes.ipv6().bytes()), segment))
                    .isNull();
            assertThat(table.find(segment)).isNull();

            table.put(FlowTable.keyOf(segment), "flow");

            assertThat(table.find(segment)).isEqualTo("flow");
            assertThat(FlowTable.keyOf(segment).toString())
                    .isEqualTo("[fd00:0:0:0:0:0:0:2]:40000 -> [2001:db8:0:0:0:0:0:7]:443");
        }
    }

    @Nested
    class InOrder {
        @Test
        void flowsStandAsTheyWerePutWhateverTheSecret() {
            byte[] secret = new byte[32];
            java.util.Arrays.fill(secret, (byte) 0x77);
            FlowTable<String> other = new FlowTable<>(secret);
            for (int i = 0; i < 100; i++) {
                table.put(key(i), "flow " + i);
                other.put(key(i), "flow " + i);
            }
            for (int i = 0; i < 100; i += 3) {
                table.remove(key(i));
                other.remove(key(i));
            }
            assertThat(values(table)).isEqualTo(values(other)).hasSize(66);
        }

        @Test
        void aLoopFromTheLastMayRemoveWhereItStands() {
            for (int i = 0; i < 50; i++) {
                table.put(key(i), "" + i);
            }
            List<String> seen = new ArrayList<>();
            for (int i = table.size() - 1; i >= 0; i--) {
                seen.add(table.valueAt(i));
                if (i % 2 == 0) {
                    table.remove(key(Integer.parseInt(table.valueAt(i))));
                }
            }
            assertThat(seen).hasSize(50).doesNotHaveDuplicates();
            assertThat(table.size()).isEqualTo(25);
        }
    }

    @Nested
    class OfManyFlows {
        @Test
        void growsAndShrinksAgain() {
            int small = table.capacity();
            for (int i = 0; i < 10_000; i++) {
                table.put(key(i), "" + i);
            }
            assertThat(table.capacity()).isGreaterThanOrEqualTo(10_000);
            for (int i = 0; i < 10_000; i++) {
                assertThat(table.remove(key(i))).isEqualTo("" + i);
            }
            assertThat(table.capacity()).isEqualTo(small);
            assertThat(table.size()).isZero();
        }
    }

    private static FlowKey key(int number) {
        return new FlowKey(0, FlowKey.mappedIpv4(0x0a00_0000 + number / 1_000), number % 1_000, 0, 7, 443);
    }

    private static List<String> values(FlowTable<String> table) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            values.add(table.valueAt(i));
        }
        return values;
    }
}
