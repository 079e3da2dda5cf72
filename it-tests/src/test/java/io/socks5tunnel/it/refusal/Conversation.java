// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

import java.util.HexFormat;
import java.util.List;

/// What a [ScriptedProxy] says on one connection: an answer to each message of a SOCKS5 client with a login, which
/// are greeting, login, request, and then whatever comes first of the stream.
///
/// As a text: the answers with a blank between them, each as bytes in hexadecimal, in which `pppp` is the port of a
/// relay for datagrams that belongs to the connection. A sign before the bytes says how they go out (see [Pace]),
/// and the last answer ends with what the proxy does then (see [Ending]): `0502 0100 ~05010001000000000000/`.
///
/// @param answers 1 to 4
/// @param ending what follows the last one
public record Conversation(List<Answer> answers, Ending ending) {
    private static final String BETWEEN = " ";
    private static final String RELAY_PORT = "pppp";

    /// How the bytes of an answer go out.
    enum Pace {
        /// In one piece; no sign.
        AT_ONCE('\0'),
        /// One byte each second.
        BYTE_A_SECOND('~'),
        /// One byte in each segment.
        SPLIT(':');

        private final char sign;

        Pace(char sign) {
            this.sign = sign;
        }
    }

    /// What the proxy does when it has said everything. All but the first three are for a stream or datagrams.
    enum Ending {
        /// Nothing, for as long as the client likes.
        SILENCE('.'),
        /// Closes in good order.
        CLOSE('/'),
        /// Resets.
        RESET('!'),
        /// Reads nothing any more, and keeps the connection until the next scripts are dealt.
        DEAFNESS('_'),
        /// Sends what nobody asked for, without end: [ScriptedProxy#garbage].
        GARBAGE('*'),
        /// Sends back what comes, as the destination of the client would: the good proxy.
        ECHO('='),
        /// The same, but wrong datagrams of every kind before each.
        ECHO_AFTER_GARBAGE('?'),
        /// Nobody listens at the relay's port.
        NO_RELAY('-'),
        /// The relay and the connection go when the first datagram comes.
        VANISH('^');

        private final char sign;

        Ending(char sign) {
            this.sign = sign;
        }

        private static Ending of(String text) {
            char sign = text.charAt(text.length() - 1);
            for (Ending ending : values()) {
                if (ending.sign == sign) {
                    return ending;
                }
            }
            throw new IllegalArgumentException("no ending: " + text);
        }
    }

    /// One answer.
    record Answer(String hex, Pace pace) {
        private static Answer of(String text) {
            for (Pace pace : Pace.values()) {
                if (!text.isEmpty() && text.charAt(0) == pace.sign) {
                    return new Answer(text.substring(1), pace);
                }
            }
            return new Answer(text, Pace.AT_ONCE);
        }

        /// Its bytes.
        ///
        /// @param relayPort 0 if there is no relay
        byte[] bytes(int relayPort) {
            return HexFormat.of()
                    .parseHex(hex.replace(RELAY_PORT, HexFormat.of().toHexDigits((short) relayPort)));
        }
    }

    /// Reads the text form.
    public static Conversation of(String text) {
        String withoutEnding = text.substring(0, text.length() - 1);
        return new Conversation(
                List.of(withoutEnding.split(BETWEEN, -1)).stream()
                        .map(Answer::of)
                        .toList(),
                Ending.of(text));
    }

    /// Whether it speaks of a relay for datagrams.
    boolean hasRelay() {
        return answers.stream().anyMatch(answer -> answer.hex().contains(RELAY_PORT));
    }
}
