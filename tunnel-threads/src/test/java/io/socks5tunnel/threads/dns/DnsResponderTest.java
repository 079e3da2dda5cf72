// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.MapDnsSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DnsResponderTest {
    private static final int NO_ERROR = 0;
    private static final int FORMAT_ERROR = 1;
    private static final int NAME_ERROR = 3;
    private static final int NOT_IMPLEMENTED = 4;
    private static final int REFUSED = 5;

    private final MapDns names = Names.mapDns(Names.BOTH);
    private final DnsResponder responder = new DnsResponder(names);

    private DnsMessage ask(byte[] query) {
        return Names.ask(responder, query);
    }

    private DnsMessage ask(String name, int type) {
        return ask(DnsMessage.query(name, type));
    }

    @Nested
    class Addresses {
        @Test
        void anAddressOfTheRangeIsGivenAndLeadsBackToTheName() {
            DnsMessage reply = ask("www.example.org", DnsMessage.A);

            assertThat(reply.code()).isEqualTo(NO_ERROR);
            assertThat(reply.answers).hasSize(1);
            assertThat(reply.answers.getFirst().address()).isEqualTo("100.64.0.1");
            assertThat(reply.answers.getFirst().name()).isEqualTo("www.example.org");
            assertThat(reply.answers.getFirst().ttl()).isEqualTo(1);
            assertThat(Names.nameOf(names, "100.64.0.1")).isEqualTo("www.example.org");
        }

        @Test
        void bothFamiliesHaveTheSameHostPart() {
            ask("first.example", DnsMessage.A);

            assertThat(ask("second.example", DnsMessage.AAAA).answers.getFirst().address())
                    .isEqualTo("fc00:6440:0:0:0:0:0:2");
            assertThat(ask("second.example", DnsMessage.A).answers.getFirst().address())
                    .isEqualTo("100.64.0.2");
            assertThat(Names.nameOf(names, "fc00:6440::2")).isEqualTo("second.example");
        }

        @Test
        void withoutAnIpv6NetworkAaaaHasNoDataAndMakesNoMapping() {
            DnsResponder ipv4Only = new DnsResponder(Names.mapDns(Names.IPV4_ONLY));

            DnsMessage none = Names.ask(ipv4Only, DnsMessage.query("a.example", DnsMessage.AAAA));
            assertThat(none.code()).isEqualTo(NO_ERROR);
            assertThat(none.answers).isEmpty();
            DnsMessage other = Names.ask(ipv4Only, DnsMessage.query("b.example", DnsMessage.A));
            assertThat(other.answers.getFirst().address()).isEqualTo("100.64.0.1");
        }

        @Test
        void capitalsMakeNoOtherNameButAreRepeated() {
            DnsMessage reply = ask("wWw.ExAmPlE.oRg", DnsMessage.A);

            assertThat(reply.questions.getFirst().name()).isEqualTo("wWw.ExAmPlE.oRg");
            assertThat(reply.answers.getFirst().address())
                    .isEqualTo(ask("www.example.org", DnsMessage.A)
                            .answers
                            .getFirst()
                            .address());
            assertThat(Names.nameOf(names, "100.64.0.1")).isEqualTo("www.example.org");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "a b.example",
                    "1.2.3.4",
                    "host.123",
                    "localhost",
                    "me.localhost",
                    "x.invalid",
                    "naïve.example",
                    "a\u0000b.example",
                    "a/b",
                    "*.example"
                })
        void whatIsNoHostNameDoesNotExist(String name) {
            assertThat(ask(name, DnsMessage.A).code()).isEqualTo(NAME_ERROR);
            assertThat(names.table().size()).isZero();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"a", "localhost.example", "_dmarc.x-y.example", "xn--bcher-kva.example", "1.2.3.4.example"})
        void whatIsOneDoes(String name) {
            assertThat(ask(name, DnsMessage.A).answers).hasSize(1);
        }

        @Test
        void aDotInsideOfALabelIsNoSeparator() {
            byte[] query = DnsMessage.query("a-b.example", DnsMessage.A);
            query[14] = '.';

            assertThat(ask(query).code()).isEqualTo(NAME_ERROR);
        }

        @Test
        void theLongestNameIsMapped() {
            String name = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(61);

            assertThat(ask(name, DnsMessage.A).answers).hasSize(1);
            assertThat(Names.nameOf(names, "100.64.0.1")).isEqualTo(name).hasSize(253);
        }
    }

    @Nested
    class Pointers {
        @Test
        void nameTheNameOfAMappedAddress() {
            ask("www.example.org", DnsMessage.A);

            DnsMessage ipv4 = ask("1.0.64.100.in-addr.arpa", DnsMessage.PTR);
            DnsMessage ipv6 = ask("1" + ".0".repeat(23) + ".0.4.4.6.0.0.c.F.ip6.ARPA", DnsMessage.PTR);

            assertThat(ipv4.answers.getFirst().pointer()).isEqualTo("www.example.org");
            assertThat(ipv6.answers.getFirst().pointer()).isEqualTo("www.example.org");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "2.0.64.100.in-addr.arpa",
                    "8.8.8.8.in-addr.arpa",
                    "64.100.in-addr.arpa",
                    "01.0.64.100.in-addr.arpa",
                    "256.0.64.100.in-addr.arpa",
                    "1.0.64.100.0.in-addr.arpa",
                    "x.0.64.100.in-addr.arpa",
                    "in-addr.arpa",
                    "ip6.arpa",
                    "1.0.ip6.arpa",
                    "www.example.org",
                    ""
                })
        void ofOtherAddressesDoNotExist(String name) {
            ask("www.example.org", DnsMessage.A);

            assertThat(ask(name, DnsMessage.PTR).code()).isEqualTo(NAME_ERROR);
        }
    }

    @Nested
    class OtherQuestions {
        @ParameterizedTest
        @ValueSource(ints = {DnsMessage.HTTPS, 64, DnsMessage.TXT, 15, 2, 6, DnsMessage.ANY, 999, 0})
        void ofOtherTypesHaveNoDataSoThatNobodyWaits(int type) {
            DnsMessage reply = ask("www.example.org", type);

            assertThat(reply.code()).isEqualTo(NO_ERROR);
            assertThat(reply.answers).isEmpty();
            assertThat(names.table().size()).isZero();
        }

        @ParameterizedTest
        @CsvSource({"3,16", "4,1", "255,1", "0,1", "254,1"})
        void ofOtherClassesAreRefused(int recordClass, int type) {
            assertThat(ask(DnsMessage.query(7, 0, "version.bind", type, recordClass))
                            .code())
                    .isEqualTo(REFUSED);
        }

        @ParameterizedTest
        @ValueSource(ints = {252, 251, 249, 250, 41})
        void forZonesAndMetaTypesAreRefused(int type) {
            assertThat(ask("example.org", type).code()).isEqualTo(REFUSED);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 4, 5, 6, 15})
        void otherOperationsAreNotImplemented(int opcode) {
            DnsMessage reply = ask(DnsMessage.query(9, opcode << 11, "www.example.org", DnsMessage.A, 1));

            assertThat(reply.code()).isEqualTo(NOT_IMPLEMENTED);
            assertThat(reply.flags >>> 11 & 0xf).isEqualTo(opcode);
            assertThat(reply.id).isEqualTo(9);
        }
    }

    @Nested
    class TheHeader {
        @Test
        void repeatsIdAndWhatTheClientWants() {
            DnsMessage wanted = ask(DnsMessage.query(0xbeef, 0x0130, "www.example.org", DnsMessage.A, 1));
            DnsMessage unwanted = ask(DnsMessage.query(1, 0, "www.example.org", DnsMessage.A, 1));

            assertThat(wanted.id).isEqualTo(0xbeef);
            assertThat(wanted.flags).as("QR, RD, RA, CD; no AD").isEqualTo(0x8190);
            assertThat(unwanted.flags).isEqualTo(0x8080);
        }

        @Test
        void ofAResponseIsNoQuery() {
            assertThat(ask(DnsMessage.query(7, 0x8100, "www.example.org", DnsMessage.A, 1)))
                    .isNull();
            assertThat(responder.malformed()).isEqualTo(1);
        }
    }

    @Nested
    class Edns {
        @Test
        void isAnsweredInKindAndItsOptionsAreNotRepeated() {
            byte[] cookie = {0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
            DnsMessage reply = ask(DnsMessage.ednsQuery("www.example.org", DnsMessage.A, 4096, 0, 0x8000, cookie));

            assertThat(reply.answers).hasSize(1);
            DnsMessage.ResourceRecord opt = reply.additional.getFirst();
            assertThat(opt.type()).isEqualTo(DnsMessage.OPT);
            assertThat(opt.name()).isEmpty();
            assertThat(opt.recordClass()).isEqualTo(1232);
            assertThat(opt.ttl()).as("DO is repeated, version 0").isEqualTo(0x8000);
            assertThat(opt.data()).isEmpty();
        }

        @Test
        void ofALaterVersionIsRefusedWithOurs() {
            DnsMessage reply = ask(DnsMessage.ednsQuery("www.example.org", DnsMessage.A, 4096, 1, 0));

            assertThat(reply.code()).isZero();
            assertThat(reply.additional.getFirst().ttl()).as("BADVERS is 16").isEqualTo(0x0100_0000);
            assertThat(reply.answers).isEmpty();
        }

        @Test
        void twiceIsMalformed() {
            byte[] opt = DnsMessage.opt(1232, 0, 0);
            byte[] question = DnsMessage.question("www.example.org", DnsMessage.A, 1);

            DnsMessage reply = ask(DnsMessage.message(7, 0, 1, 2, question, opt, opt));

            assertThat(reply.code()).isEqualTo(FORMAT_ERROR);
            assertThat(reply.additional).isEmpty();
        }

        @Test
        void ofANameOtherThanTheRootIsMalformed() {
            byte[] opt = DnsMessage.opt(1232, 0, 0);
            byte[] named = new byte[opt.length + 2];
            named[0] = 1;
            named[1] = 'a';
            System.arraycopy(opt, 0, named, 2, opt.length);
            byte[] question = DnsMessage.question("www.example.org", DnsMessage.A, 1);

            assertThat(ask(DnsMessage.message(7, 0, 1, 1, question, named)).code())
                    .isEqualTo(FORMAT_ERROR);
        }

        @Test
        void withoutItThereIsNone() {
            assertThat(ask("www.example.org", DnsMessage.A).additional).isEmpty();
        }

        @Test
        void otherRecordsInAQueryAreReadOver() {
            byte[] question = DnsMessage.question("www.example.org", DnsMessage.A, 1);
            byte[] signature = {(byte) 0xc0, 12, 0, (byte) 250, 0, (byte) 255, 0, 0, 0, 0, 0, 2, 1, 2};

            DnsMessage reply = ask(DnsMessage.message(7, 0, 1, 2, question, DnsMessage.opt(512, 0, 0), signature));

            assertThat(reply.code()).isEqualTo(NO_ERROR);
            assertThat(reply.additional).hasSize(1);
        }
    }

    @Nested
    class HostileBytes {
        private final byte[] whole = DnsMessage.ednsQuery("www.example.org", DnsMessage.A, 1232, 0, 0);

        @Test
        void aQueryThatIsCutAnywhereIsToldSoOnceItHasAnId() {
            for (int length = 0; length < whole.length; length++) {
                DnsMessage reply = ask(Arrays.copyOf(whole, length));
                if (length < 12) {
                    assertThat(reply).as("length " + length).isNull();
                } else {
                    assertThat(reply.code()).as("length " + length).isEqualTo(FORMAT_ERROR);
                    assertThat(reply.id).isEqualTo(7);
                }
            }
            assertThat(responder.malformed()).isEqualTo(whole.length);
            assertThat(names.table().size()).isZero();
        }

        @Test
        void whatComesBehindAQueryIsNoConcern() {
            assertThat(ask(Arrays.copyOf(whole, whole.length + 9)).code()).isEqualTo(NO_ERROR);
        }

        @Test
        void aNameThatPointsAtItselfIsMalformed() {
            expectMalformed(new byte[] {(byte) 0xc0, 12, 0, 1, 0, 1});
        }

        @Test
        void aNameThatPointsInACircleIsMalformed() {
            expectMalformed(new byte[] {1, 'a', (byte) 0xc0, 12, 0, 1, 0, 1});
        }

        @Test
        void aCompressedQuestionIsMalformed() {
            expectMalformed(new byte[] {1, 'a', (byte) 0xc0, 0, 0, 1, 0, 1});
        }

        @ParameterizedTest
        @ValueSource(ints = {64, 100, 127, 128, 191})
        void labelsOfUnknownKindsAndOversizedOnesAreMalformed(int length) {
            byte[] name = new byte[1 + 63 + 5];
            Arrays.fill(name, (byte) 'a');
            name[0] = (byte) length;
            expectMalformed(name);
        }

        @Test
        void aNameOfMoreThan255BytesIsMalformed() {
            expectMalformed(DnsMessage.question(("a".repeat(63) + ".").repeat(3) + "b".repeat(62), DnsMessage.A, 1));
        }

        @Test
        void aLabelThatReachesBehindTheEndIsMalformed() {
            expectMalformed(new byte[] {40, 'a', 'b'});
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 2, 33, 65_535})
        void anyOtherNumberOfQuestionsThanOneIsMalformed(int count) {
            byte[] question = DnsMessage.question("www.example.org", DnsMessage.A, 1);
            byte[][] questions = new byte[Math.min(count, 40)][];
            Arrays.fill(questions, question);

            DnsMessage reply = ask(DnsMessage.message(7, 0, count, 0, questions));

            assertThat(reply.code()).isEqualTo(FORMAT_ERROR);
            assertThat(reply.questions).isEmpty();
        }

        @Test
        void recordsThatAreCountedButMissingAreMalformed() {
            byte[] question = DnsMessage.question("www.example.org", DnsMessage.A, 1);
            assertThat(ask(DnsMessage.message(7, 0, 1, 65_535, question)).code())
                    .isEqualTo(FORMAT_ERROR);
        }

        private void expectMalformed(byte[] question) {
            DnsMessage reply = ask(DnsMessage.message(7, 0x0100, 1, 0, question));

            assertThat(reply.code()).isEqualTo(FORMAT_ERROR);
            assertThat(responder.malformed()).isEqualTo(1);
            assertThat(names.table().size()).isZero();
        }
    }

    @Nested
    class TheSize {
        @Test
        void ofAnyAnswerFitsIntoAnyClientsDatagram() {
            String longest = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(61);
            DnsMessage reply = ask(DnsMessage.ednsQuery(longest, DnsMessage.AAAA, 0, 0, 0));
            assertThat(reply.bytes).isLessThanOrEqualTo(512);
            DnsMessage pointer = ask(DnsMessage.ednsQuery("1.0.64.100.in-addr.arpa", DnsMessage.PTR, 0, 0, 0));

            assertThat(pointer.bytes).isLessThanOrEqualTo(512);
            assertThat(pointer.answers.getFirst().pointer()).isEqualTo(longest);
        }

        @Test
        void beyondWhatTheClientTakesIsCutToTheQuestionWithTc() {
            ask("www.example.org", DnsMessage.A);
            DnsQuery query = new DnsQuery();
            byte[] bytes = DnsMessage.ednsQuery("www.example.org", DnsMessage.A, 512, 0, 0);
            query.read(ByteBuffer.wrap(bytes), 0, bytes.length);
            ReplyWriter writer = new ReplyWriter();
            ByteBuffer into = ByteBuffer.allocate(ReplyWriter.MAX_BYTES);
            writer.begin(query, into, 0);
            writer.address(0x64400001);

            int whole = 12 + 21 + 16 + 11;
            int length = writer.end(query, ResponseCode.NO_ERROR, whole - 1);
            DnsMessage cut = new DnsMessage(Arrays.copyOf(into.array(), length));

            assertThat(cut.has(0x0200)).as("TC").isTrue();
            assertThat(cut.answers).isEmpty();
            assertThat(cut.additional).hasSize(1);

            writer.begin(query, into, 0);
            writer.address(0x64400001);
            assertThat(writer.end(query, ResponseCode.NO_ERROR, whole)).isEqualTo(whole);
        }
    }

    @Test
    void aTableWithoutRoomSaysThatItFailed() {
        DnsResponder full = new DnsResponder(
                Names.mapDns(MapDnsSettings.ofIpv4("198.18.0.2", 53, "100.64.0.0", "255.255.255.254", 1)));

        assertThat(Names.ask(full, DnsMessage.query("a.example", DnsMessage.A)).code())
                .isEqualTo(2);
    }

    @Test
    void queriesMayLieAnywhereInTheirBuffer() {
        byte[] query = DnsMessage.query("www.example.org", DnsMessage.A);
        ByteBuffer memory = ByteBuffer.allocateDirect(300);
        memory.put(200, query);
        ByteBuffer reply = ByteBuffer.allocateDirect(DnsResponder.MAX_REPLY_BYTES);

        int length = responder.answerDatagram(memory, 200, query.length, reply, 0, 0);

        byte[] bytes = new byte[length];
        reply.get(0, bytes);
        assertThat(new DnsMessage(bytes).answers.getFirst().address()).isEqualTo("100.64.0.1");
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("example");
    }
}
