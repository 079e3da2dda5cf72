// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.stack.inspect.StackView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A stream of four bytes and FIN, in every four segments that can be made of it, each overlapping the others in
/// any way, and each with bytes of its own: all 50,625 of them, judged by a byte array.
@Tag("T-RX-1")
@Tag("T-RX-2")
@Tag("T-RX-3")
class SegmentOrderTest {
    private static final int STREAM_BYTES = 4;
    private static final int SEGMENTS = 4;

    private final TcpWorld world = new TcpWorld();
    private final List<Piece> pieces = pieces();
    private final CaseSelection selection = new CaseSelection();

    /// What one segment carries.
    private record Piece(int from, int to, boolean isFin) {}

    /// Every range of the stream; those that reach its end also with FIN, and FIN alone.
    private static List<Piece> pieces() {
        List<Piece> all = new ArrayList<>();
        for (int from = 0; from < STREAM_BYTES; from++) {
            for (int to = from + 1; to <= STREAM_BYTES; to++) {
                all.add(new Piece(from, to, false));
            }
            all.add(new Piece(from, STREAM_BYTES, true));
        }
        all.add(new Piece(STREAM_BYTES, STREAM_BYTES, true));
        return all;
    }

    @Test
    void anyFourSegmentsGiveWhatAByteArraySays() {
        playAll(new ArrayList<>());
        assertThat(selection.seen()).isEqualTo(50_625);
    }

    private void playAll(List<Piece> chosen) {
        if (chosen.size() == SEGMENTS) {
            if (selection.isNextPlayed()) {
                play(chosen);
            }
            return;
        }
        for (Piece piece : pieces) {
            chosen.add(piece);
            playAll(chosen);
            chosen.removeLast();
        }
    }

    private void play(List<Piece> chosen) {
        world.again();
        world.established();
        ByteArrayModel model = new ByteArrayModel();
        for (int i = 0; i < SEGMENTS; i++) {
            send(chosen, i, chosen.get(i), model);
        }
        send(chosen, SEGMENTS, new Piece(0, STREAM_BYTES, true), model);
        if (!model.isEnded()) {
            throw new AssertionError("the model never ends");
        }
    }

    private void send(List<Piece> chosen, int number, Piece piece, ByteArrayModel model) {
        byte[] bytes = new byte[piece.to() - piece.from()];
        Arrays.fill(bytes, (byte) ('a' + number));
        ClientSegment segment = world.segment().seq(piece.from()).payload(bytes);
        world.send(piece.isFin() ? segment.fin() : segment);
        model.add(piece, bytes);

        boolean isRight = Arrays.equals(world.read.toByteArray(), model.delivered())
                && isInputEnded() == model.isEnded()
                && world.sent.stream().allMatch(packet -> world.relativeAck(packet) == model.next());
        if (!isRight) {
            throw new AssertionError("segment %d of %s: %s delivered instead of %s, end %s instead of %s"
                    .formatted(
                            number,
                            chosen,
                            world.readText(),
                            new String(model.delivered(), java.nio.charset.StandardCharsets.US_ASCII),
                            isInputEnded(),
                            model.isEnded()));
        }
        world.sent.clear();
    }

    private boolean isInputEnded() {
        StackView view = world.stack().inspect();
        return MatrixState.valueOf(view.connections().getFirst().state().name()).isInputEnded();
    }

    /// The first copy of every byte, up to the first that is missing.
    private static final class ByteArrayModel {
        private final byte[] bytes = new byte[STREAM_BYTES];
        private boolean isFinSeen;

        void add(Piece piece, byte[] content) {
            for (int at = piece.from(); at < piece.to(); at++) {
                bytes[at] = bytes[at] == 0 ? content[at - piece.from()] : bytes[at];
            }
            isFinSeen |= piece.isFin();
        }

        byte[] delivered() {
            int length = 0;
            while (length < STREAM_BYTES && bytes[length] != 0) {
                length++;
            }
            return Arrays.copyOf(bytes, length);
        }

        boolean isEnded() {
            return isFinSeen && delivered().length == STREAM_BYTES;
        }

        int next() {
            return delivered().length + (isEnded() ? 1 : 0);
        }
    }
}
