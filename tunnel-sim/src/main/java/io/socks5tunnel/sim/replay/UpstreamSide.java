// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.SocksReply;
import org.jspecify.annotations.Nullable;

/// The other end of one flow's tunnel: what the tunnel has delivered there, and the captured server that answers.
final class UpstreamSide {
    /// How long the server waits for bytes of the client that it had acknowledged.
    static final long ANSWER_AFTER_NANOS = 2_000_000_000;

    private final StackSide stack;
    private final Runnable onChange;
    private final ServerScript script = new ServerScript();
    private final ServerScript sent = new ServerScript();
    private final ByteTally bytes = new ByteTally();
    private @Nullable RecordedServer server;
    private @Nullable SocksReply verdict;
    private boolean isEnded;
    private boolean hasReset;

    /// @param stack what has reached the client
    /// @param onChange run when the flow may go on
    UpstreamSide(StackSide stack, Runnable onChange) {
        this.stack = stack;
        this.onChange = onChange;
    }

    ServerScript script() {
        return script;
    }

    /// The payload that the tunnel delivered.
    ByteTally bytes() {
        return bytes;
    }

    /// The capture shows whether the server took the connection. The first word counts.
    void judge(SocksReply reply) {
        if (verdict == null) {
            verdict = reply;
            if (server != null) {
                server.answer(reply);
            }
            onChange.run();
        }
    }

    /// The client tries anew.
    void forgetRefusal() {
        server = null;
        verdict = isGranted() ? verdict : null;
    }

    boolean isGranted() {
        return verdict == SocksReply.SUCCEEDED;
    }

    boolean isRefused() {
        return verdict != null && !isGranted();
    }

    /// Whether the tunnel has reached the server on this flow's behalf.
    boolean hasServer() {
        return server != null;
    }

    void attach(RecordedServer newServer) {
        server = newServer;
        if (verdict != null) {
            newServer.answer(verdict);
        }
        onChange.run();
    }

    void onBytes(byte[] payload) {
        bytes.add(payload, 0, payload.length);
        onChange.run();
    }

    void onEnd() {
        isEnded = true;
        onChange.run();
    }

    void onWritable() {
        onChange.run();
    }

    void onFailed(RecordedServer failed) {
        if (server == failed) {
            script.drop();
            onChange.run();
        }
    }

    /// With a real server nobody sees what reaches it: what the client sent counts.
    void onSent(ReplayPacket packet, int clientIsn) {
        sent.begin(clientIsn);
        sent.onSegment(packet, 0);
        ServerScript.Step step;
        while ((step = sent.head()) != null) {
            bytes.add(step.bytes(), 0, step.bytes().length);
            sent.onPlayed(step.bytes().length);
        }
    }

    /// Whether the client's end of stream has come.
    boolean isEnded() {
        return isEnded;
    }

    /// Whether the captured server's RST was played.
    boolean hasReset() {
        return hasReset;
    }

    /// What the server has got, as a sequence number of the client.
    int seq(int clientIsn) {
        return clientIsn + 1 + (int) bytes.bytes() + (isEnded ? 1 : 0);
    }

    /// Whether the client has all bytes that the capture has so far.
    boolean isAllDelivered() {
        return script.waitingBytes() == 0 && stack.bytes().bytes() >= script.streamBytes();
    }

    /// Does what the captured server did, as far as its time has come.
    void play(long nowNanos, int clientIsn) {
        boolean isGoingOn = true;
        while (isGoingOn) {
            ServerScript.Step step = script.head();
            RecordedServer to = server;
            isGoingOn = step != null
                    && to != null
                    && to.isOpen()
                    && mayAnswer(step, nowNanos, clientIsn)
                    && play(step, to, nowNanos);
        }
    }

    /// An answer waits for its question.
    private boolean mayAnswer(ServerScript.Step step, long nowNanos, int clientIsn) {
        return !step.hasAck()
                || !Seq.isBefore(seq(clientIsn), step.ackSeq())
                || nowNanos - step.dueNanos() >= ANSWER_AFTER_NANOS;
    }

    private boolean play(ServerScript.Step step, RecordedServer to, long nowNanos) {
        return switch (step.kind()) {
            case BYTES -> {
                int count = to.write(step.bytes(), 0);
                if (count > 0) {
                    script.onPlayed(count);
                }
                yield count > 0;
            }
            case END -> {
                script.onPlayed(0);
                to.shutdownOutput();
                yield true;
            }
            case RESET -> {
                boolean mayCut = isAllDelivered() || nowNanos - step.dueNanos() >= Patience.FORCE_AFTER_NANOS;
                if (mayCut) {
                    script.onPlayed(0);
                    hasReset = true;
                    to.reset();
                }
                yield mayCut;
            }
        };
    }
}
