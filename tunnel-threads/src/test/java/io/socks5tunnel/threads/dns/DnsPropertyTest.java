// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.TunSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DnsPropertyTest {
    @Property(tries = 3000, seed = "6001")
    void anyBytesGetAWellFormedReplyOrNone(@ForAll @Size(max = 300) byte[] bytes) {
        expectSaneReply(bytes);
    }

    /// Random bytes seldom get past the header; these do.
    @Property(tries = 5000, seed = "6002")
    void aQueryWithSomeBytesChangedGetsAWellFormedReplyOrNone(
            @ForAll("names") String name,
            @ForAll @Size(max = 6) List<@IntRange(max = 400) Integer> places,
            @ForAll byte value) {
        byte[] bytes = DnsMessage.ednsQuery(name, DnsMessage.A, 1232, 0, 0x8000, new byte[] {0, 3, 0, 0});
        for (int place : places) {
            bytes[place % bytes.length] = (byte) (value + place);
        }
        expectSaneReply(bytes);
    }

    @Property(tries = 2000, seed = "6003")
    void aNameComesBackAsItWasAsked(@ForAll("names") String name) {
        DnsMessage reply = ask(DnsMessage.query(name, DnsMessage.A));

        assertThat(reply.questions).containsExactly(new DnsMessage.Question(name, DnsMessage.A, 1));
        assertThat(reply.answers.getFirst().name()).isEqualTo(name);
    }

    /// Both families and back, through the bytes of the answers, which a reader of its own takes apart.
    @Property(tries = 1000, seed = "6008")
    void whatIsSaidAboutANameIsReadBackAndLeadsBackToIt(@ForAll("names") String name) {
        DnsResponder responder = new DnsResponder(Names.mapDns(Names.BOTH));
        byte[] ipv4 = record(responder, name, DnsMessage.A);
        byte[] ipv6 = record(responder, name, DnsMessage.AAAA);
        StringBuilder nibbles = new StringBuilder();
        for (int i = 15; i >= 0; i--) {
            nibbles.append(Integer.toHexString(ipv6[i] & 0xf)).append('.');
            nibbles.append(Integer.toHexString(ipv6[i] >>> 4 & 0xf)).append('.');
        }
        String reversed = (ipv4[3] & 0xff) + "." + (ipv4[2] & 0xff) + "." + (ipv4[1] & 0xff) + "." + (ipv4[0] & 0xff);

        assertThat(ipv4).hasSize(4);
        assertThat(ipv6).hasSize(16).endsWith(ipv4[2], ipv4[3]);
        byte[] wireName = DnsMessage.wireName(name.toLowerCase(Locale.ROOT));
        assertThat(record(responder, reversed + ".in-addr.arpa", DnsMessage.PTR))
                .isEqualTo(wireName);
        assertThat(record(responder, nibbles + "ip6.arpa", DnsMessage.PTR)).isEqualTo(wireName);
    }

    /// Questions that are made of pointers and labels, with pointers forwards, backwards and in circles: nobody
    /// reads them for ever, and each is told that it is malformed or, if it happens to be a name, answered.
    @Property(tries = 5000, seed = "6009")
    void pointersInAnyArrangementAreReadOnce(@ForAll @Size(min = 1, max = 40) List<@IntRange(max = 60) Integer> parts) {
        ByteBuffer bytes = ByteBuffer.allocate(300).put(new byte[] {7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (int part : parts) {
            if (part < 45) {
                bytes.putShort((short) (0xc000 | part));
            } else {
                bytes.put((byte) (part - 45)).put(new byte[part - 45]);
            }
            if (bytes.remaining() < 40) {
                break;
            }
        }
        bytes.put(new byte[] {0, 0, 1, 0, 1});
        expectSaneReply(Arrays.copyOf(bytes.array(), bytes.position()));
    }

    @Property(tries = 2000, seed = "6004")
    void aHostNameIsWrittenAsItIsRead(@ForAll("names") String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        ByteBuffer bytes = ByteBuffer.allocate(300);
        int length = DomainName.write(lower, bytes, 5);

        assertThat(Arrays.copyOfRange(bytes.array(), 5, 5 + length)).isEqualTo(DnsMessage.wireName(lower));
        assertThat(DomainName.length(bytes, 5, 300)).isEqualTo(length);
        assertThat(DomainName.text(bytes, 5)).isEqualTo(lower);
        assertThat(DomainName.isHostName(lower)).isTrue();
    }

    @Property(tries = 1000, seed = "6005")
    void anyAddressIsFoundByItsReverseName(@ForAll long high, @ForAll long low) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            name.append(Long.toHexString(low >>> 4 * i & 0xf)).append('.');
        }
        for (int i = 0; i < 16; i++) {
            name.append(Long.toHexString(high >>> 4 * i & 0xf)).append('.');
        }

        assertThat(ReverseName.of(name + "ip6.arpa")).isEqualTo(new ReverseName(high, low));
        int ipv4 = (int) low;
        String reversed = (ipv4 & 0xff) + "." + (ipv4 >>> 8 & 0xff) + "." + (ipv4 >>> 16 & 0xff) + "." + (ipv4 >>> 24);
        assertThat(ReverseName.of(reversed + ".in-addr.arpa"))
                .isEqualTo(new ReverseName(0, 0xffff_0000_0000L | Integer.toUnsignedLong(ipv4)));
    }

    @Property(tries = 1000, seed = "6006")
    void theTableForgetsWhatAListInOrderOfUseForgets(
            @ForAll @Size(max = 120) List<@IntRange(max = 399) Integer> steps) {
        NameTable table = new NameTable(8);
        Map<String, Integer> model = new LinkedHashMap<>(16, 0.75f, true);
        long now = Long.MAX_VALUE - 30;
        long forgotten = 0;
        long added = 0;
        for (int step : steps) {
            now++;
            String name = "host" + step % 20;
            if (step < 200) {
                Integer slot = model.get(name);
                int given = table.slotOf(name, now);
                if (slot == null && model.size() == 8) {
                    String oldest = model.keySet().iterator().next();
                    assertThat(given).as("the slot of " + oldest).isEqualTo(model.remove(oldest));
                    forgotten++;
                }
                if (slot != null) {
                    assertThat(given).isEqualTo(slot);
                }
                added += slot == null ? 1 : 0;
                model.put(name, given);
            } else {
                int slot = step % 10;
                String expected = model.entrySet().stream()
                        .filter(entry -> entry.getValue() == slot)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(null);
                assertThat(table.nameAt(slot, now)).isEqualTo(expected);
                if (expected != null) {
                    model.get(expected);
                }
            }
        }
        assertThat(table.forgotten()).isEqualTo(forgotten);
        assertThat(table.changes()).isEqualTo(added);
        assertThat(table.mappings())
                .extracting(NameTable.Mapping::name)
                .containsExactlyElementsOf(new ArrayList<>(model.keySet()));
    }

    @Property(tries = 2000, seed = "6007")
    void onlyAddressesInsideOfTheNetworkHaveSlots(@ForAll int address, @ForAll @IntRange(min = 1, max = 30) int bits) {
        int mask = -1 << 32 - bits;
        MappedNetwork network = new MappedNetwork(
                io.socks5tunnel.api.MapDnsSettings.ofIpv4("198.18.0.2", 53, "100.64.0.0", text(mask), 1),
                TunSettings.DEFAULT);
        int slot = network.slotOfIpv4(address);

        if ((address & mask) != (0x64400000 & mask)) {
            assertThat(slot).isEqualTo(MappedNetwork.NO_SLOT);
        } else if (slot != MappedNetwork.NO_SLOT) {
            assertThat(network.ipv4(slot)).isEqualTo(address);
        }
    }

    @Provide
    Arbitrary<String> names() {
        Arbitrary<String> label = Arbitraries.strings()
                .withChars("abcxyzABCXYZ0123456789-_")
                .ofMinLength(1)
                .ofMaxLength(63);
        return label.list().ofMaxSize(3).map(labels -> {
            List<String> all = new ArrayList<>(labels);
            all.add("Test");
            return String.join(".", all);
        });
    }

    private static byte[] record(DnsResponder responder, String name, int type) {
        return Names.ask(responder, DnsMessage.query(name, type))
                .answers
                .getFirst()
                .data();
    }

    private static DnsMessage ask(byte[] bytes) {
        return Names.ask(new DnsResponder(Names.mapDns(Names.BOTH)), bytes);
    }

    private static void expectSaneReply(byte[] bytes) {
        DnsMessage reply = ask(bytes);
        boolean isQuery = bytes.length >= 12 && (bytes[2] & 0x80) == 0;
        assertThat(reply != null).isEqualTo(isQuery);
        if (reply != null) {
            assertThat(reply.id).isEqualTo((bytes[0] & 0xff) << 8 | bytes[1] & 0xff);
            assertThat(reply.has(0x8000)).isTrue();
            assertThat(reply.bytes).isLessThanOrEqualTo(512);
        }
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }
}
