// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Socks5Settings.Credentials;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.threads.SocksHandshake.Step;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocksHandshakeTest {
    private static final SocksTarget IPV4 =
            new SocksTarget.Literal(new InetSocketAddress(InetAddress.ofLiteral("198.19.0.1"), 80));
    private static final Optional<Credentials> NOBODY = Optional.empty();
    private static final Optional<Credentials> SOMEBODY = Optional.of(new Credentials("user", "p4ss"));
    private static final String BOUND_IPV4 = "05000001 0a000001 0050";

    @Nested
    class InStandardMode {
        @Test
        void greetsAloneAndWaitsForTheMethod() {
            var handshake = new SocksHandshake(IPV4, NOBODY, false);

            assertThat(sendAll(handshake)).isEqualTo("050100");
            assertThat(handshake.step()).isEqualTo(new Step.Receive(2));
        }

        @Test
        void requestsAfterTheMethod() {
            var handshake = new SocksHandshake(IPV4, NOBODY, false);
            sendAll(handshake);

            receive(handshake, "0500");

            assertThat(sendAll(handshake)).isEqualTo("05010001c61300010050");
        }

        @Test
        void sendsCredentialsOnlyWhenTheyAreAskedFor() {
            var handshake = new SocksHandshake(IPV4, SOMEBODY, false);
            assertThat(sendAll(handshake)).isEqualTo("050102");

            receive(handshake, "0502");

            assertThat(sendAll(handshake)).isEqualTo("01" + "04" + "75736572" + "04" + "70347373");
        }

        @Test
        void acceptsAServerThatWantsNoCredentials() {
            var handshake = new SocksHandshake(IPV4, SOMEBODY, false);
            sendAll(handshake);

            receive(handshake, "0500");

            assertThat(sendAll(handshake)).startsWith("050100");
        }

        @Test
        void aPartlySentMessageGoesOnWhereItStopped() {
            var handshake = new SocksHandshake(IPV4, NOBODY, false);
            var send = (Step.Send) handshake.step();

            send.bytes().get();

            assertThat(sendAll(handshake)).isEqualTo("0100");
        }
    }

    @Nested
    class InPipelineMode {
        @Test
        void sendsEverythingAtOnceAsTheOriginalDoes() {
            var handshake = new SocksHandshake(IPV4, SOMEBODY, true);

            assertThat(sendAll(handshake)).isEqualTo("050102" + "0104757365720470347373" + "05010001c61300010050");
        }

        @Test
        void readsAllThreeAnswers() {
            var handshake = new SocksHandshake(IPV4, SOMEBODY, true);
            sendAll(handshake);

            receive(handshake, "0502" + "0100" + BOUND_IPV4);

            assertThat(handshake.step()).isInstanceOf(Step.Connected.class);
        }
    }

    @Nested
    class Requests {
        @Test
        void carryIpv6() {
            InetAddress address = InetAddress.ofLiteral("2001:db8::1");
            assertThat(requestFor(new SocksTarget.Literal(new InetSocketAddress(address, 443))))
                    .isEqualTo("05010004" + "20010db8000000000000000000000001" + "01bb");
        }

        @Test
        void carryNames() {
            assertThat(requestFor(new SocksTarget.Name("a.example", 65_535)))
                    .isEqualTo("05010003" + "09" + "612e6578616d706c65" + "ffff");
        }

        private static String requestFor(SocksTarget target) {
            var handshake = new SocksHandshake(target, NOBODY, false);
            sendAll(handshake);
            receive(handshake, "0500");
            return sendAll(handshake);
        }
    }

    @Nested
    class Answers {
        private static final List<String> BOUND = List.of(
                BOUND_IPV4,
                "05000004 20010db8000000000000000000000001 0050",
                "05000003 09 612e6578616d706c65 0050",
                "05000003 00 0050",
                "05000003 01 61 0050",
                "05000003 ff" + "61".repeat(255) + "0050");

        @Test
        void mayBeSplitAtEveryByteAndBeFollowedByTheStream() {
            for (String reply : BOUND) {
                for (boolean pipeline : new boolean[] {false, true}) {
                    int length = parse("0502" + "0100" + reply).length;
                    for (int split = 0; split <= length; split++) {
                        connects(pipeline, "0502" + "0100" + reply, split);
                    }
                }
            }
        }

        @Test
        void mayComeByteByByte() {
            for (String reply : BOUND) {
                var handshake = new SocksHandshake(IPV4, SOMEBODY, false);
                for (byte b : parse("0502" + "0100" + reply)) {
                    sendAll(handshake);
                    assertThat(handshake.step()).isInstanceOf(Step.Receive.class);
                    handshake.received(ByteBuffer.wrap(new byte[] {b}));
                }
                assertThat(handshake.step()).isInstanceOf(Step.Connected.class);
            }
        }

        private static void connects(boolean pipeline, String answers, int split) {
            byte[] all = parse(answers + "aabbcc");
            var handshake = new SocksHandshake(IPV4, SOMEBODY, pipeline);
            ByteBuffer first = ByteBuffer.wrap(all, 0, split);
            feed(handshake, first);
            ByteBuffer second = ByteBuffer.wrap(all, first.position(), all.length - first.position());
            feed(handshake, second);
            assertThat(handshake.step())
                    .as("%s split at %d, pipeline %s", answers, split, pipeline)
                    .isInstanceOf(Step.Connected.class);
            assertThat(second.remaining()).as("the stream's bytes").isEqualTo(3);
        }
    }

    @Nested
    class Failures {
        @ParameterizedTest
        @CsvSource({
            "1, RESET",
            "2, ADMINISTRATIVELY_PROHIBITED",
            "3, NETWORK_UNREACHABLE",
            "4, HOST_UNREACHABLE",
            "5, RESET",
            "6, TIME_EXCEEDED",
            "7, RESET",
            "8, RESET",
            "9, RESET",
            "91, RESET",
            "255, RESET"
        })
        void everyReplyCodeHasItsRefusal(int code, Refusal refusal) {
            DialFailure failure = failureOf("0500" + "05" + "%02x".formatted(code), NOBODY);

            assertThat(failure).isEqualTo(new DialFailure.RequestRefused(code));
            assertThat(failure.refusal()).isEqualTo(refusal);
            assertThat(failure.reason()).contains("REP " + code);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 254, 255})
        void aMethodThatWasNotOfferedIsRefused(int method) {
            assertThat(failureOf("05%02x".formatted(method), NOBODY)).isEqualTo(new DialFailure.MethodRefused(method));
        }

        @Test
        void wrongVersionsAreNamedAtEveryStep() {
            assertThat(failureOf("0400", NOBODY)).isEqualTo(new DialFailure.WrongVersion(4));
            assertThat(failureOf("0502" + "0500", SOMEBODY)).isEqualTo(new DialFailure.WrongVersion(5));
            assertThat(failureOf("0500" + "0400", NOBODY)).isEqualTo(new DialFailure.WrongVersion(4));
        }

        @Test
        void refusedCredentialsCarryTheStatusAndNothingElse() {
            DialFailure failure = failureOf("0502" + "0101", SOMEBODY);

            assertThat(failure).isEqualTo(new DialFailure.AuthenticationRefused(1));
            assertThat(failure.reason()).doesNotContain("user", "p4ss");
        }

        @Test
        void anAddressTypeNobodyKnowsEndsIt() {
            assertThat(failureOf("0500" + "0500000700", NOBODY)).isEqualTo(new DialFailure.UnknownAddressType(7));
        }

        private static DialFailure failureOf(String answers, Optional<Credentials> credentials) {
            var handshake = new SocksHandshake(IPV4, credentials, false);
            feed(handshake, ByteBuffer.wrap(parse(answers)));
            assertThat(handshake.step()).isInstanceOf(Step.Failed.class);
            return ((Step.Failed) handshake.step()).failure();
        }
    }

    @Test
    void everyAssignedReplyIsFoundByItsCode() {
        List<SocksReply> found = new ArrayList<>();
        for (int code = 0; code < 256; code++) {
            SocksReply reply = SocksReply.of(code);
            assertThat(reply == SocksReply.UNASSIGNED || reply.code() == code).isTrue();
            found.add(reply);
        }
        assertThat(found).contains(SocksReply.values());
    }

    private static String sendAll(SocksHandshake handshake) {
        var sent = new ByteArrayOutputStream();
        while (handshake.step() instanceof Step.Send(ByteBuffer bytes)) {
            while (bytes.hasRemaining()) {
                sent.write(bytes.get());
            }
        }
        return HexFormat.of().formatHex(sent.toByteArray());
    }

    private static void receive(SocksHandshake handshake, String hex) {
        handshake.received(ByteBuffer.wrap(parse(hex)));
    }

    /// As a driver does: never hands over more than was asked for.
    private static void feed(SocksHandshake handshake, ByteBuffer bytes) {
        sendAll(handshake);
        while (bytes.hasRemaining() && handshake.step() instanceof Step.Receive(int count)) {
            int length = Math.min(count, bytes.remaining());
            handshake.received(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            sendAll(handshake);
        }
    }

    private static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
