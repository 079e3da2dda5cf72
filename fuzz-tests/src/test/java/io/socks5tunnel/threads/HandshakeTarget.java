// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.Socks5Settings.Credentials;
import io.socks5tunnel.fuzz.Finding;
import io.socks5tunnel.fuzz.FuzzBytes;
import io.socks5tunnel.fuzz.FuzzTarget;
import io.socks5tunnel.threads.SocksHandshake.Step;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What a SOCKS server answers, in pieces of any size. It comes to the same end as in one piece, after the same
/// bytes, and never takes one that belongs to the stream behind the reply.
///
/// ```
/// settings, size of pieces, the server's bytes …
/// ```
public final class HandshakeTarget implements FuzzTarget {
    private static final SocksCommand[] COMMANDS = SocksCommand.values();
    private static final SocksTarget WANTED = new SocksTarget.Name("example.org", 443);
    private static final int MOST_STEPS = 10_000;

    @Override
    public void run(byte[] input) {
        var bytes = new FuzzBytes(input);
        int settings = bytes.u8();
        int pieceBytes = 1 + bytes.upTo(15);
        byte[] answers = bytes.rest();
        Outcome whole = play(settings, answers, Integer.MAX_VALUE);
        Outcome pieces = play(settings, answers, pieceBytes);
        Finding.unless(whole.last.equals(pieces.last), "pieces make a difference: " + whole.last + ", " + pieces.last);
        Finding.unlessSame(pieces.taken, whole.taken, "bytes taken in pieces");
        Finding.unless(whole.sent.equals(pieces.sent), "other bytes were sent");
        if (whole.last instanceof Step.Connected) {
            Finding.unlessSame(whole.taken, lengthOfAnswers(answers), "bytes taken of the server's answers");
        }
    }

    private static Outcome play(int settings, byte[] answers, int pieceBytes) {
        Optional<Credentials> credentials =
                (settings & 1) == 0 ? Optional.empty() : Optional.of(new Credentials("user", "secret"));
        boolean isAhead = (settings & 4) != 0;
        var handshake = new SocksHandshake(
                COMMANDS[(settings >> 3) % COMMANDS.length], isAhead ? null : WANTED, credentials, (settings & 2) != 0);
        ByteBuffer from = ByteBuffer.wrap(answers);
        var sent = new ByteArrayOutputStream();
        for (int i = 0; i < MOST_STEPS; i++) {
            switch (handshake.step()) {
                case Step.Send(ByteBuffer bytes) -> {
                    int count = Math.min(pieceBytes, bytes.remaining());
                    Finding.unless(count > 0, "nothing is to be sent");
                    for (int j = 0; j < count; j++) {
                        sent.write(bytes.get());
                    }
                }
                case Step.Receive(int count) -> {
                    Finding.unless(count > 0, "nothing is to be received");
                    if (!from.hasRemaining()) {
                        return new Outcome(
                                new Step.Receive(count), from.position(), sent.toString(StandardCharsets.ISO_8859_1));
                    }
                    feed(handshake, from, Math.min(count, pieceBytes));
                }
                case Step.Authenticated _ -> handshake.request(WANTED);
                case Step.Connected connected -> {
                    return new Outcome(connected, from.position(), sent.toString(StandardCharsets.ISO_8859_1));
                }
                case Step.Failed failed -> {
                    Finding.unless(!failed.failure().reason().isBlank(), "failed without a reason");
                    return new Outcome(failed, from.position(), sent.toString(StandardCharsets.ISO_8859_1));
                }
            }
        }
        throw new Finding("the handshake does not end");
    }

    private static void feed(SocksHandshake handshake, ByteBuffer from, int most) {
        ByteBuffer piece = from.slice(from.position(), Math.min(most, from.remaining()));
        handshake.received(piece);
        Finding.unless(piece.position() > 0, "a handshake that wants bytes takes none");
        from.position(from.position() + piece.position());
    }

    /// By a reading of RFC 1928 and 1929 of its own: method, status if there is a password, and reply.
    private static int lengthOfAnswers(byte[] answers) {
        int reply = answers[1] == 2 ? 4 : 2;
        return switch (answers[reply + 3]) {
            case 1 -> reply + 4 + 4 + 2;
            case 4 -> reply + 4 + 16 + 2;
            default -> reply + 4 + 1 + Byte.toUnsignedInt(answers[reply + 4]) + 2;
        };
    }

    private record Outcome(Step last, int taken, String sent) {}
}
