// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SimConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;

/// The far end of a connection that answers what comes, and ends when the other side has. Confined to one thread.
final class AnsweringEnd implements SimConnection.Listener {
    /// Makes answers.
    @FunctionalInterface
    interface Answers {
        /// Takes bytes, and says what goes back for them.
        void onBytes(byte[] bytes, Consumer<byte[]> back);
    }

    private final SimConnection connection;
    private final Answers answers;
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private boolean isInputEnded;

    private AnsweringEnd(SimConnection connection, Answers answers) {
        this.connection = connection;
        this.answers = answers;
    }

    /// One that sends everything back.
    static AnsweringEnd echo(SimConnection connection) {
        return new AnsweringEnd(connection, (bytes, back) -> back.accept(bytes));
    }

    /// One that is a resolver: each query in the stream is answered by `side`.
    static AnsweringEnd resolver(SimConnection connection, NameSide side) {
        ByteArrayOutputStream incoming = new ByteArrayOutputStream();
        return new AnsweringEnd(connection, (bytes, back) -> {
            incoming.writeBytes(bytes);
            ByteBuffer in = ByteBuffer.wrap(incoming.toByteArray());
            while (in.remaining() >= Short.BYTES
                    && in.remaining() >= Short.BYTES + Short.toUnsignedInt(in.getShort(in.position()))) {
                byte[] query = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(query);
                byte[] answer = side.answer(query);
                if (answer != null) {
                    back.accept(ByteBuffer.allocate(Short.BYTES + answer.length)
                            .putShort((short) answer.length)
                            .put(answer)
                            .array());
                }
            }
            incoming.reset();
            incoming.write(in.array(), in.position(), in.remaining());
        });
    }

    /// Begins with payload that came ahead of the reply.
    void start(byte[] early) {
        if (early.length > 0) {
            answers.onBytes(early, outgoing::add);
        }
        connection.listener(this);
        onReadable();
    }

    @Override
    public void onReadable() {
        try {
            if (connection.readable() > 0) {
                answers.onBytes(connection.readAll(), outgoing::add);
            }
            flush();
        } catch (IOException e) {
            onFailed();
        }
    }

    @Override
    public void onEnded() {
        isInputEnded = true;
        onReadable();
    }

    @Override
    public void onWritable() {
        onReadable();
    }

    @Override
    public void onFailed() {
        outgoing.clear();
    }

    private void flush() throws IOException {
        while (!outgoing.isEmpty()) {
            byte[] head = outgoing.remove();
            int count = connection.write(head, 0, head.length);
            if (count < head.length) {
                outgoing.addFirst(Arrays.copyOfRange(head, count, head.length));
                return;
            }
        }
        if (isInputEnded && connection.readable() == 0 && !connection.isClosed()) {
            connection.close();
        }
    }
}
