// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PeerSourcesTest {
    private static final String MAPPED_A = "100.64.0.1";
    private static final String MAPPED_B = "100.64.0.2";
    private static final String REAL_A = "198.19.0.1";
    private static final String REAL_B = "198.19.0.2";

    private final PeerSources sources = new PeerSources();

    private void sent(String address, int port, String name) {
        sources.sent(Names.high(address), Names.low(address), port, name);
    }

    /// The source that a reply is shown with.
    private String replied(String address, int port) {
        sources.replied(Names.high(address), Names.low(address), port);
        return shown();
    }

    private String shown() {
        for (String known :
                new String[] {MAPPED_A, MAPPED_B, REAL_A, REAL_B, "198.19.0.5", "fc00:6440::1", "8.8.8.8"}) {
            if (sources.high() == Names.high(known) && sources.low() == Names.low(known)) {
                return known + " " + sources.port();
            }
        }
        return "other";
    }

    @Nested
    class DefectThreeOfTheOriginal {
        /// There, as soon as a socket has sent to a mapped name, all its replies carry the last mapped address and
        /// port.
        @Test
        void aReplyFromALiteralDestinationKeepsItsSourceAfterAMappedOne() {
            sent("198.19.0.5", 55, null);
            sent(MAPPED_B, 99, "b.example");

            assertThat(replied("198.19.0.5", 55)).isEqualTo("198.19.0.5 55");
            assertThat(replied(REAL_B, 99)).isEqualTo(MAPPED_B + " 99");
        }

        @Test
        void aLiteralDestinationAtTheSamePortKeepsItsSource() {
            sent(MAPPED_A, 99, "a.example");
            sent("198.19.0.5", 99, null);

            assertThat(replied("198.19.0.5", 99)).isEqualTo("198.19.0.5 99");
            assertThat(replied(REAL_A, 99)).isEqualTo(MAPPED_A + " 99");
        }

        @Test
        void eachNameKeepsItsOwnMappedAddress() {
            sent(MAPPED_A, 1, "a.example");
            sent(MAPPED_B, 2, "b.example");

            assertThat(replied(REAL_A, 1)).isEqualTo(MAPPED_A + " 1");
            assertThat(replied(REAL_B, 2)).isEqualTo(MAPPED_B + " 2");
            assertThat(replied(REAL_A, 1)).isEqualTo(MAPPED_A + " 1");
        }
    }

    @Nested
    class NamesAtOnePort {
        @Test
        void areToldApartOnceEachHasAnswered() {
            sent(MAPPED_A, 443, "a.example");
            assertThat(replied(REAL_A, 443)).isEqualTo(MAPPED_A + " 443");
            sent(MAPPED_B, 443, "b.example");
            sent(MAPPED_A, 443, "a.example");

            assertThat(replied(REAL_A, 443)).isEqualTo(MAPPED_A + " 443");
            assertThat(replied(REAL_B, 443)).isEqualTo(MAPPED_B + " 443");
            assertThat(replied(REAL_A, 443)).isEqualTo(MAPPED_A + " 443");
        }

        @Test
        void answerInTheOrderInWhichTheyWereAskedAsFarAsAnybodyKnows() {
            sent(MAPPED_A, 443, "a.example");
            sent(MAPPED_B, 443, "b.example");

            assertThat(replied(REAL_A, 443)).isEqualTo(MAPPED_A + " 443");
            assertThat(replied(REAL_B, 443)).isEqualTo(MAPPED_B + " 443");
        }

        @Test
        void mayHaveMoreThanOneAddress() {
            sent(MAPPED_A, 443, "a.example");
            replied(REAL_A, 443);

            assertThat(replied(REAL_B, 443)).isEqualTo(MAPPED_A + " 443");
        }

        @Test
        void answerFromTheirNewAddressOnceTheyWereGivenOne() {
            sent(MAPPED_A, 443, "a.example");
            replied(REAL_A, 443);
            sent(MAPPED_B, 443, "a.example");

            assertThat(replied(REAL_A, 443)).isEqualTo(MAPPED_B + " 443");
            assertThat(replied(REAL_A, 443)).isEqualTo(MAPPED_B + " 443");
        }

        @Test
        void areLearntAnewWhenTheMappedAddressChangesItsName() {
            sent(MAPPED_A, 443, "a.example");
            replied(REAL_A, 443);
            sent(MAPPED_A, 443, "c.example");

            assertThat(replied(REAL_B, 443)).isEqualTo(MAPPED_A + " 443");
            assertThat(replied(REAL_B, 443)).isEqualTo(MAPPED_A + " 443");
        }
    }

    @Nested
    class RepliesWithNames {
        @Test
        void showTheAddressThatTheNameHasForThisClient() {
            sent("fc00:6440::1", 443, "a.example");
            sent(MAPPED_B, 443, "b.example");

            assertThat(sources.replied("A.Example", 443)).isTrue();
            assertThat(shown()).isEqualTo("fc00:6440::1 443");
            assertThat(sources.replied("b.example", 8443)).isTrue();
            assertThat(shown()).isEqualTo(MAPPED_B + " 8443");
        }

        @Test
        void ofWhichNobodyHasHeardAreNotShown() {
            sent(MAPPED_A, 443, "a.example");

            assertThat(sources.replied("evil.example", 443)).isFalse();
        }
    }

    @Test
    void strangersKeepTheirSource() {
        sent(MAPPED_A, 443, "a.example");

        assertThat(replied(REAL_B, 5000)).isEqualTo(REAL_B + " 5000");
        assertThat(new PeerSources().answered(1)).isFalse();
    }

    @Test
    void answersOfTheResolverComeFromWhomTheClientAsked() {
        sources.asked(17, Names.high("8.8.8.8"), Names.low("8.8.8.8"));
        sources.asked(18, Names.high(REAL_B), Names.low(REAL_B));

        assertThat(sources.answered(17)).isTrue();
        assertThat(shown()).isEqualTo("8.8.8.8 53");
        assertThat(sources.answered(18)).isTrue();
        assertThat(shown()).isEqualTo(REAL_B + " 53");
        assertThat(sources.answered(19)).isFalse();

        sources.asked(17, Names.high(REAL_A), Names.low(REAL_A));
        assertThat(sources.answered(17)).isTrue();
        assertThat(shown()).as("the last one with this id").isEqualTo(REAL_A + " 53");
    }

    @Test
    void whatIsRememberedIsBounded() {
        sent(MAPPED_A, 9, "a.example");
        for (int i = 0; i < PeerSources.MAX_PEERS; i++) {
            sent(MAPPED_A, 9, "a.example");
            sources.sent(0, 0xffff_0a00_0000L + i, 9, null);
        }
        for (int i = 0; i <= PeerSources.MAX_ASKED; i++) {
            sources.asked(i, 0, i);
        }

        assertThat(replied(REAL_A, 9)).as("used all the time, so not forgotten").isEqualTo(MAPPED_A + " 9");
        assertThat(sources.answered(0)).isFalse();
        assertThat(sources.answered(1)).isTrue();
    }
}
