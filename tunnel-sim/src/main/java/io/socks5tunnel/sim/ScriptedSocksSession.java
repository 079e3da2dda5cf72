// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One connection of a [ScriptedSocksServer]. Confined to one thread.
public final class ScriptedSocksSession implements SimConnection.Listener {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int UDP_ASSOCIATE = 3;
    private static final int UDP_IN_TCP = 5;
    private static final byte[] GARBAGE = {0x48, 0x54, 0x54, 0x50, 0x2f, 0x31, 0x2e, 0x31, 0x20, 0x34, 0x30, 0x30};

    private final VirtualClock clock;
    private final SimConnection connection;
    private final SocksScript script;
    private final @Nullable SimNetwork ports;
    private final ByteArrayOutputStream handshake = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private SocksScript.Step step = SocksScript.Step.METHOD;
    private @Nullable SocksDestination requested;
    private @Nullable ScriptedDatagrams datagrams;
    private int command;
    private long received;
    private long mismatchAt = -1;
    private long sourced;
    private long answersDueNanos;
    private boolean isMute;
    private boolean isInputEnded;
    private boolean isOutputShut;
    private boolean hasFailed;

    /// @param ports where relay ports are opened, null if UDP ASSOCIATE is not supported
    ScriptedSocksSession(VirtualClock clock, SimConnection connection, SocksScript script, @Nullable SimNetwork ports) {
        this.clock = clock;
        this.connection = connection;
        this.script = script;
        this.ports = ports;
    }

    /// What the client asked for, null before.
    public @Nullable SocksDestination requested() {
        return requested;
    }

    /// The command of the request, 0 before.
    public int command() {
        return command;
    }

    /// Payload bytes that came from the client.
    public long received() {
        return received;
    }

    /// Where the client's payload differs from what should come, or -1.
    public long mismatchAt() {
        return mismatchAt;
    }

    /// Whether the client's FIN has come.
    public boolean isInputEnded() {
        return isInputEnded;
    }

    /// Whether the client has reset the connection.
    public boolean hasFailed() {
        return hasFailed;
    }

    /// The server's end of the connection, for whatever the script does not say.
    public SimConnection connection() {
        return connection;
    }

    /// The datagrams of a granted request for them, null for others.
    public @Nullable ScriptedDatagrams datagrams() {
        return datagrams;
    }

    /// Ends the connection with FIN and what hangs on it, as a server does that shuts down.
    public void stop() {
        connection.close();
        closeDatagrams();
    }

    void start() {
        if (!goesWrongAt(SocksScript.Step.ACCEPT)) {
            connection.listener(this);
        }
    }

    @Override
    public void onReadable() {
        try {
            if (step == SocksScript.Step.RELAY) {
                relay();
            } else {
                handshake.writeBytes(connection.readAll());
                advance();
            }
        } catch (IOException e) {
            hasFailed = true;
        }
    }

    @Override
    public void onEnded() {
        isInputEnded = true;
        onWritable();
    }

    @Override
    public void onWritable() {
        try {
            if (step == SocksScript.Step.RELAY) {
                relay();
            }
        } catch (IOException e) {
            hasFailed = true;
        }
    }

    @Override
    public void onFailed() {
        hasFailed = true;
        closeDatagrams();
    }

    private void closeDatagrams() {
        if (datagrams != null) {
            datagrams.close();
        }
    }

    private void advance() throws IOException {
        boolean isGoingOn = true;
        while (isGoingOn && !isMute) {
            ByteBuffer in = ByteBuffer.wrap(handshake.toByteArray());
            isGoingOn = switch (step) {
                case ACCEPT, METHOD -> onGreeting(in);
                case CREDENTIALS -> onCredentials(in);
                case REPLY -> onRequest(in);
                case RELAY -> false;
            };
            if (isGoingOn) {
                handshake.reset();
                handshake.write(in.array(), in.position(), in.remaining());
            }
        }
    }

    private boolean onGreeting(ByteBuffer in) throws IOException {
        if (in.remaining() < 2 || in.remaining() < 2 + Byte.toUnsignedInt(in.get(1))) {
            return false;
        }
        if (goesWrongAt(SocksScript.Step.METHOD)) {
            return false;
        }
        in.position(2 + Byte.toUnsignedInt(in.get(1)));
        boolean needsCredentials = script.credentials().isPresent();
        answer(new byte[] {5, (byte) (needsCredentials ? 2 : 0)});
        step = needsCredentials ? SocksScript.Step.CREDENTIALS : SocksScript.Step.REPLY;
        return true;
    }

    private boolean onCredentials(ByteBuffer in) throws IOException {
        int nameLength = in.remaining() < 2 ? 255 : Byte.toUnsignedInt(in.get(1));
        if (in.remaining() < 3 + nameLength
                || in.remaining() < 3 + nameLength + Byte.toUnsignedInt(in.get(2 + nameLength))) {
            return false;
        }
        if (goesWrongAt(SocksScript.Step.CREDENTIALS)) {
            return false;
        }
        byte[] name = new byte[nameLength];
        in.get(2, name);
        byte[] password = new byte[Byte.toUnsignedInt(in.get(2 + nameLength))];
        in.get(3 + nameLength, password);
        in.position(3 + nameLength + password.length);
        var wanted = script.credentials().orElseThrow();
        boolean isGood =
                wanted.username().equals(text(name)) && wanted.password().equals(text(password));
        answer(new byte[] {1, (byte) (isGood ? 0 : 1)});
        step = SocksScript.Step.REPLY;
        isMute = !isGood;
        return isGood;
    }

    private boolean onRequest(ByteBuffer in) throws IOException {
        int length = in.remaining() < 4 ? 0 : SocksDestination.encodedLength(in, 3, in.limit());
        if (length <= 0 || in.remaining() < 3 + length) {
            return false;
        }
        command = in.get(1);
        in.position(3);
        requested = SocksDestination.read(in);
        if (goesWrongAt(SocksScript.Step.REPLY)) {
            return false;
        }
        if (command == UDP_ASSOCIATE || command == UDP_IN_TCP) {
            onDatagramRequest();
            return true;
        }
        ByteBuffer reply = ByteBuffer.allocate(3 + SocksDestination.MAX_BYTES + CHUNK_BYTES);
        reply.put((byte) 5).put((byte) script.reply().code()).put((byte) 0);
        bindAddress().write(reply);
        boolean isGranted = script.reply() == SocksReply.SUCCEEDED;
        if (isGranted && script.isGlued() && script.destination() instanceof SocksScript.Destination.Source source) {
            sourced = Math.min(source.length(), CHUNK_BYTES);
            reply.put(source.content().bytes(0, (int) sourced));
        }
        answer(Arrays.copyOf(reply.array(), reply.position()));
        clock.at(answersDueNanos, () -> afterReply(isGranted));
        isMute = true;
        return true;
    }

    private void onDatagramRequest() {
        SocksDatagramScript rules = script.datagrams();
        isMute = true;
        SocksDatagramScript.Answer answer = command == UDP_IN_TCP
                ? rules.inTcp()
                : ports == null ? SocksDatagramScript.Answer.REFUSED : rules.associate();
        switch (answer) {
            case GRANTED -> {
                datagrams = command == UDP_IN_TCP || ports == null
                        ? ScriptedDatagrams.inTcp(connection, rules)
                        : ScriptedDatagrams.atPort(connection, rules, ports);
                answer(reply(SocksReply.SUCCEEDED, datagrams.bindAddress()));
                clock.at(answersDueNanos, () -> afterReply(true));
            }
            case REFUSED -> {
                answer(reply(SocksReply.COMMAND_NOT_SUPPORTED, bindAddress()));
                clock.at(answersDueNanos, () -> afterReply(false));
            }
            case CUT_SHORT -> {
                answer(new byte[] {5, (byte) SocksReply.COMMAND_NOT_SUPPORTED.code()});
                clock.at(answersDueNanos, () -> afterReply(false));
            }
            case CLOSED -> clock.at(answersDueNanos, connection::close);
            case RESET -> clock.at(answersDueNanos, connection::reset);
            case SILENCE -> {}
        }
    }

    private static byte[] reply(SocksReply code, SocksDestination bind) {
        ByteBuffer reply = ByteBuffer.allocate(3 + SocksDestination.MAX_BYTES);
        reply.put((byte) 5).put((byte) code.code()).put((byte) 0);
        bind.write(reply);
        return Arrays.copyOf(reply.array(), reply.position());
    }

    private void afterReply(boolean isGranted) {
        if (goesWrongAt(SocksScript.Step.RELAY)) {
            return;
        }
        if (!isGranted) {
            connection.close();
            return;
        }
        step = SocksScript.Step.RELAY;
        boolean isStream = datagrams == null && requested != null;
        if (isStream && script.destination() instanceof SocksScript.Destination.Handled handled) {
            handled.handler().onGranted(Objects.requireNonNull(requested), connection, handshake.toByteArray());
            return;
        }
        try {
            // what the client sent ahead, and while the server was thinking
            if (datagrams == null) {
                take(handshake.toByteArray());
            } else {
                datagrams.onBytes(handshake.toByteArray());
            }
            relay();
        } catch (IOException e) {
            hasFailed = true;
        }
    }

    private SocksDestination bindAddress() {
        return switch (script.bindType()) {
            case SocksDestination.NAME -> new SocksDestination(null, "bound.example", 4711);
            case SocksDestination.IPV6 -> new SocksDestination(InetAddress.ofLiteral("2001:db8::1"), "", 4711);
            default -> new SocksDestination(InetAddress.ofLiteral("192.0.2.9"), "", 4711);
        };
    }

    private void relay() throws IOException {
        if (datagrams != null) {
            relayDatagrams(datagrams);
            return;
        }
        // what waits to go back must go first: an echo that cannot send does not read either
        boolean hasRoom = flush();
        while (hasRoom && connection.readable() > 0) {
            take(connection.readAll());
            hasRoom = flush();
        }
        if (hasRoom && script.destination() instanceof SocksScript.Destination.Source source) {
            hasRoom = pour(source);
        }
        if (hasRoom && !isOutputShut && isOver()) {
            isOutputShut = true;
            connection.shutdownOutput();
        }
    }

    private void relayDatagrams(ScriptedDatagrams present) throws IOException {
        present.onBytes(connection.readAll());
        present.flush();
        if (isInputEnded) {
            stop();
        }
    }

    private boolean isOver() {
        return switch (script.destination()) {
            case SocksScript.Destination.Echo _ -> isInputEnded && connection.readable() == 0;
            case SocksScript.Destination.Sink sink -> isInputEnded || received >= sink.length();
            case SocksScript.Destination.Source source -> sourced == source.length();
            case SocksScript.Destination.Handled _ -> false;
        };
    }

    private void take(byte[] bytes) {
        SeededContent expected = switch (script.destination()) {
            case SocksScript.Destination.Echo _ -> null;
            case SocksScript.Destination.Sink sink -> sink.content();
            case SocksScript.Destination.Source source -> source.expected();
            case SocksScript.Destination.Handled _ -> null;
        };
        if (expected == null) {
            outgoing.add(bytes);
        } else if (mismatchAt < 0) {
            mismatchAt = expected.mismatch(received, bytes, 0, bytes.length);
        }
        received += bytes.length;
    }

    private boolean pour(SocksScript.Destination.Source source) throws IOException {
        while (sourced < source.length()) {
            byte[] chunk = source.content().bytes(sourced, (int) Math.min(CHUNK_BYTES, source.length() - sourced));
            sourced += chunk.length;
            outgoing.add(chunk);
            if (!flush()) {
                return false;
            }
        }
        return true;
    }

    private boolean flush() throws IOException {
        while (!outgoing.isEmpty()) {
            byte[] head = outgoing.remove();
            int count = connection.write(head, 0, head.length);
            if (count < head.length) {
                outgoing.addFirst(Arrays.copyOfRange(head, count, head.length));
                return false;
            }
        }
        return true;
    }

    /// Sends an answer at the script's pace.
    private void answer(byte[] bytes) {
        int pieces = script.isByteByByte() ? bytes.length : 1;
        for (int i = 0; i < pieces; i++) {
            byte[] piece = script.isByteByByte() ? new byte[] {bytes[i]} : bytes;
            answersDueNanos = Math.max(answersDueNanos, clock.nowNanos()) + script.answerNanos();
            clock.at(answersDueNanos, () -> writeQuietly(piece));
        }
    }

    private void writeQuietly(byte[] bytes) {
        try {
            connection.write(bytes);
        } catch (IOException e) {
            hasFailed = true;
        }
    }

    private boolean goesWrongAt(SocksScript.Step at) {
        SocksScript.Fault fault = script.fault();
        if (fault == null || fault.step() != at) {
            return false;
        }
        isMute = true;
        // behind the answers that are still on their way out
        clock.at(answersDueNanos, () -> commit(fault.kind()));
        return true;
    }

    private void commit(SocksScript.FaultKind kind) {
        switch (kind) {
            case SILENCE -> {}
            case CLOSE -> stop();
            case RESET -> {
                connection.reset();
                closeDatagrams();
            }
            case GARBAGE -> writeQuietly(GARBAGE);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
