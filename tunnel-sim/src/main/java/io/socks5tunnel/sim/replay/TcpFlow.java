// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SackBlock;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.SocksReply;
import io.socks5tunnel.sim.TcpFlag;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One TCP connection of a capture while it is played: the captured client against the living stack, the captured
/// server behind it.
///
/// The client's packets go in the order of the capture. One that acknowledges what the stack has not sent yet waits
/// for it, since the captured client cannot have acknowledged what had not come. Whatever waits does so for a
/// bounded time. Confined to the thread of the replay.
final class TcpFlow {
    /// How long a packet waits for the stack before a made-up acknowledgement helps the stack to go on.
    static final long HELP_AFTER_NANOS = 5_000_000;
    /// How long a hole in the capture is waited for: capture order is not quite wire order.
    static final long FILL_AFTER_NANOS = 200_000_000;
    /// How long RST waits until what was sent before it has arrived.
    static final long RESET_AFTER_NANOS = 1_000_000_000;

    private static final int MAX_FILLING_BYTES = 4 << 20;
    private static final int MAX_FILL_ATTEMPTS = 3;

    private final FlowKey key;
    private final int instance;
    private final FlowStage stage;
    private final SegmentTranslator translator;
    private final TcpStory story = new TcpStory();
    private final StackSide stack = new StackSide();
    private final UpstreamSide upstream = new UpstreamSide(stack, this::touch);
    private final ServerScript script = upstream.script();
    private final ClientFigures figures = new ClientFigures();
    private final ClientEnd client;
    private final Patience patience;
    private final HandshakeTime handshake = new HandshakeTime();
    private final ClientCoverage coverage = new ClientCoverage();
    private final ArrayDeque<ReplayPacket> queue = new ArrayDeque<>();
    private @Nullable TcpFlow predecessor;
    private boolean isArmed;
    private boolean hasBegun;
    private boolean isAbandoned;
    private long lastAnswerNanos;
    private boolean isMadeUp;
    private boolean hasAckedMadeUp;
    private boolean isFinishing;
    private long lastPacketNanos;
    private long queuedBytes;
    private int packetsAhead;
    private int fillAttempts;
    private int missingSeq;
    private long missingSinceNanos;

    TcpFlow(
            FlowKey key,
            int instance,
            FlowStage stage,
            SegmentTranslator translator,
            int mtuBytes,
            @Nullable TcpFlow predecessor) {
        this.key = key;
        this.instance = instance;
        this.stage = stage;
        this.translator = translator;
        client = new ClientEnd(key, mtuBytes, stack, figures);
        patience = new Patience(stage, stack);
        this.predecessor = predecessor;
    }

    FlowKey key() {
        return key;
    }

    int instance() {
        return instance;
    }

    TcpStory story() {
        return story;
    }

    StackSide stack() {
        return stack;
    }

    /// How far the stack's sequence numbers lie from those of the captured server.
    int serverShift() {
        return stack.isn() - story.serverIsn();
    }

    /// A packet of it was read, and will come up.
    void onRead() {
        packetsAhead++;
    }

    /// A packet of the client comes up in the capture.
    void onClientPacket(ReplayPacket packet) {
        packetsAhead--;
        lastPacketNanos = stage.nowNanos();
        queue.add(packet);
        stage.onQueued(1);
        if (!packet.has(TcpFlag.SYN)) {
            coverage.add(
                    packet.parsed().seq(),
                    packet.parsed().seq() + packet.parsed().payloadLength());
        }
        queuedBytes += packet.bytes().length;
        boolean showsAnOpenConnection = packet.has(TcpFlag.ACK) && !packet.has(TcpFlag.SYN) && !packet.has(TcpFlag.RST);
        if (showsAnOpenConnection) {
            upstream.judge(SocksReply.SUCCEEDED);
        }
        handshake.onClient(packet);
        play();
    }

    /// A packet of the server comes up in the capture.
    void onServerPacket(ReplayPacket packet) {
        packetsAhead--;
        lastPacketNanos = stage.nowNanos();
        handshake.onServer(packet);
        if (stage.isServerReal()) {
            return;
        }
        if (packet.has(TcpFlag.RST) && !upstream.isGranted()) {
            if (packet.has(TcpFlag.ACK) && packet.parsed().ack() == story.clientIsn() + 1) {
                upstream.judge(SocksReply.CONNECTION_REFUSED);
            }
            return;
        }
        if (!packet.has(TcpFlag.RST)) {
            upstream.judge(SocksReply.SUCCEEDED);
        }
        if (story.hasServerIsn()) {
            script.begin(story.serverIsn());
        }
        script.onSegment(packet, stage.nowNanos());
        play();
    }

    /// An ICMP error in the capture tells the client that there is no way.
    void onRefused(SocksReply reply) {
        upstream.judge(reply);
    }

    /// The stack sends something to the client.
    void onStackSegment(ParsedPacket segment) {
        stack.onSegment(segment);
        lastAnswerNanos = stage.nowNanos();
        touch();
    }

    /// The stack tells the client with ICMP that there is no way.
    void onStackUnreachable() {
        stack.onUnreachable();
        touch();
    }

    /// What the tunnel's connection to the server tells.
    UpstreamSide upstream() {
        return upstream;
    }

    void onDrop(DropReason reason, long count) {
        figures.onDrop(reason, count);
    }

    void touch() {
        stage.touch(this);
    }

    /// Whether a SYN was played that no connection of the tunnel to the server belongs to yet.
    boolean awaitsServer() {
        return hasBegun && !upstream.hasServer() && !stack.isDead();
    }

    /// The capture has nothing more of this flow: what is missing in it must be made up now.
    void finish() {
        isFinishing = true;
        touch();
    }

    /// Whether everything has been played and has arrived.
    boolean isComplete() {
        boolean isClientDone = queue.isEmpty() && packetsAhead == 0;
        boolean isServerDone = stage.isServerReal()
                ? client.hasFin() && stack.hasFin() && client.isAllAcked() || !hasBegun
                : script.head() == null && upstream.isAllDelivered();
        return isClientDone && (isServerDone || stack.isDead() || client.hasReset());
    }

    /// Whether no packet of it has been read that was not played.
    boolean isWaitingForNothing() {
        return packetsAhead == 0;
    }

    /// When the capture last had a packet of it, ns.
    long lastPacketNanos() {
        return lastPacketNanos;
    }

    /// Bytes that it holds in memory.
    long bufferedBytes() {
        return queuedBytes + script.waitingBytes();
    }

    /// Whether the tunnel still has this connection, as far as the client knows.
    boolean isOpenInTunnel() {
        boolean isClosed = client.hasFin() && stack.hasFin();
        return hasBegun && stack.hasIsn() && !isClosed && !stack.hasReset() && !client.hasReset();
    }

    /// Ends the connection in the tunnel with a made-up RST.
    void abandon() {
        boolean mayReset = isOpenInTunnel() && !isAbandoned;
        isAbandoned = true;
        if (mayReset) {
            inject(client.reset(), "made up: the flow is over");
        }
    }

    FlowReport report() {
        // what a real server ought to have sent is not known
        FlowEnd end = hasBegun ? FlowEnd.of(story, client, stack, upstream) : FlowEnd.NEVER_OPENED;
        long capturedDown = stage.isServerReal() ? stack.bytes().bytes() : script.streamBytes();
        return figures.report(
                key,
                instance,
                end,
                new ClientFigures.Streams(
                        upstream, stack, capturedDown, handshake.roundTripNanos(), isMadeUp, missingUp()));
    }

    /// Does whatever can be done now.
    void play() {
        long nowNanos = stage.nowNanos();
        playClient(nowNanos);
        fillServerHole(nowNanos);
        upstream.play(nowNanos, story.clientIsn());
        help(nowNanos);
        boolean isMissing = stack.hasIsn()
                && script.hasLastAck()
                && Seq.isBefore(upstream.seq(story.clientIsn()), script.lastAck());
        boolean waits = !queue.isEmpty() || script.head() != null || isFinishing && !isComplete();
        waits |= isMissing && fillAttempts < MAX_FILL_ATTEMPTS && !stack.isDead();
        if (waits && !isArmed) {
            isArmed = true;
            stage.wake(this, nowNanos + HELP_AFTER_NANOS);
        }
    }

    /// The time asked for with [FlowStage#wake] has come; [#play] follows.
    void onTimerDue() {
        isArmed = false;
    }

    private void playClient(long nowNanos) {
        ReplayPacket head;
        while ((head = queue.peek()) != null) {
            if (!hasBegun && !begin(head, nowNanos)) {
                return;
            }
            acknowledgeMadeUpHandshake();
            boolean mayGo = mayGo(head, nowNanos);
            if (!mayGo && !patience.isOver(head, nowNanos)) {
                hold(nowNanos);
                return;
            }
            if (!mayGo) {
                figures.onForced();
            }
            patience.end(head, !mayGo);
            queue.remove();
            stage.onQueued(-1);
            queuedBytes -= head.bytes().length;
            send(head);
        }
    }

    private boolean begin(ReplayPacket head, long nowNanos) {
        if (predecessor != null && !predecessor.isComplete() && !patience.isOver(head, nowNanos)) {
            predecessor.finish();
            hold(nowNanos);
            return false;
        }
        if (predecessor != null) {
            predecessor.abandon();
            predecessor = null;
        }
        patience.rest();
        hasBegun = true;
        story.fix();
        figures.restartAt(story.clientIsn());
        boolean needsHandshake = !story.hasClientSyn() && head.has(TcpFlag.ACK) && !head.has(TcpFlag.RST);
        if (needsHandshake) {
            isMadeUp = true;
            upstream.judge(SocksReply.SUCCEEDED);
            stage.onDial(this);
            inject(client.syn(story.clientIsn(), head.parsed().options()), "made up: the capture has no SYN");
        }
        return true;
    }

    private void acknowledgeMadeUpHandshake() {
        if (isMadeUp && stack.hasIsn() && !hasAckedMadeUp) {
            hasAckedMadeUp = true;
            inject(client.ack(), "made up: the capture has no handshake");
        }
    }

    /// Whether the stack has sent what the packet speaks of, and has room for what it brings.
    private boolean mayGo(ReplayPacket packet, long nowNanos) {
        boolean isReset = packet.has(TcpFlag.RST);
        if (isReset && !upstream.isAllDelivered() && !patience.hasLasted(RESET_AFTER_NANOS, nowNanos)) {
            return stack.isDead();
        }
        if (!packet.has(TcpFlag.ACK) || stack.isDead()) {
            return true;
        }
        if (!stack.hasIsn()) {
            return false;
        }
        if (isReset && stage.isServerReal() && !isQuiet(nowNanos)) {
            return false;
        }
        if (!stack.hasRoomFor(packet)) {
            return false;
        }
        int needed = packet.parsed().ack() + ackShift(packet);
        for (SackBlock block : packet.parsed().options().sackBlocks()) {
            needed = Seq.max(needed, block.rightSeq() + ackShift(packet));
        }
        return !Seq.isBefore(stack.sentMax(), needed);
    }

    /// Whether a real server has got everything and, if the client is about to cut the connection, has had time to
    /// answer it.
    private boolean isQuiet(long nowNanos) {
        return nowNanos - lastAnswerNanos >= Patience.REAL_ANSWER_NANOS;
    }

    private void hold(long nowNanos) {
        if (patience.hold(nowNanos)) {
            figures.onHeld();
        }
    }

    private void send(ReplayPacket packet) {
        if (packet.isOpening() && stack.isDead()) {
            stack.forgetRefusal();
            upstream.forgetRefusal();
        }
        if (packet.isOpening()) {
            stage.onDial(this);
        }
        figures.onSegment(packet);
        client.remember(packet, ackShift(packet));
        if (stage.isServerReal()) {
            upstream.onSent(packet, story.clientIsn());
        }
        List<SimPacket> parts = translator.translate(packet, shift(packet));
        if (parts.size() > 1) {
            figures.onCut();
        }
        for (SimPacket part : parts) {
            for (SimPacket piece : packet.asCaptured(part)) {
                inject(piece, parts.size() > 1 ? "cut to the MTU" : "");
            }
        }
    }

    private SegmentTranslator.Shift shift(ReplayPacket packet) {
        int shift = ackShift(packet);
        if (packet.has(TcpFlag.ACK) && stack.hasIsn()) {
            int ack = packet.parsed().ack() + shift;
            if (stage.isServerReal() || Seq.isBefore(stack.sentMax(), ack)) {
                shift += stack.nextSeq() - ack;
            } else if (Seq.isBefore(ack, stack.isn() + 1)) {
                shift += stack.isn() + 1 - ack;
            }
        }
        return new SegmentTranslator.Shift(
                shift, stack.timestamp(), stack.hasTimestamps(), !stage.isServerReal(), story.serverOptions());
    }

    /// How far the stack's numbers lie from those of the captured server.
    private int ackShift(ReplayPacket packet) {
        int serverIsn =
                story.hasServerIsn() ? story.serverIsn() : packet.parsed().ack() - 1;
        return stack.isn() - serverIsn;
    }

    /// The client acknowledges what the capture does not have.
    private void fillServerHole(long nowNanos) {
        ReplayPacket head = queue.peek();
        boolean isDue = patience.hasLasted(FILL_AFTER_NANOS, nowNanos);
        if (head == null || stage.isServerReal() || !isDue || !head.has(TcpFlag.ACK) || !story.hasServerIsn()) {
            return;
        }
        script.begin(story.serverIsn());
        if (script.covers(head.parsed().ack())) {
            return;
        }
        int ack = head.parsed().ack();
        for (ReplayPacket packet : queue) {
            ack = packet.has(TcpFlag.ACK) ? Seq.max(ack, packet.parsed().ack()) : ack;
        }
        script.fillTo(ack, nowNanos);
    }

    /// Adds what the stack and the server need in order to go on, where the capture does not have it.
    private void help(long nowNanos) {
        boolean isStackWaiting = stack.hasIsn() && !stack.isDead() && !client.hasReset();
        boolean isHeldLong = patience.hasLasted(HELP_AFTER_NANOS, nowNanos);
        ServerScript.Step step = script.head();
        boolean isResetWaiting = step != null
                && step.kind() == ServerScript.Kind.RESET
                && nowNanos - step.dueNanos() >= RESET_AFTER_NANOS;
        boolean isAnswerReal = stage.isServerReal() && client.hasAcked();
        if (isStackWaiting && (isHeldLong || isFinishing || isResetWaiting || isAnswerReal) && !client.isAllAcked()) {
            inject(client.ack(), "made up: lets the tunnel go on");
        }
        if (isStackWaiting && stage.isServerReal()) {
            endMadeUp();
        } else if (isStackWaiting) {
            fillClientHole(nowNanos);
        }
    }

    /// The server has acknowledged what the capture does not have.
    private void fillClientHole(long nowNanos) {
        int next = upstream.seq(story.clientIsn());
        boolean isMissing = script.hasLastAck() && Seq.isBefore(next, script.lastAck());
        if (!isMissing || next != missingSeq) {
            missingSeq = next;
            missingSinceNanos = nowNanos;
            fillAttempts = 0;
            return;
        }
        int limit = Seq.min(script.lastAck(), next + client.maxPayloadBytes());
        int length = coverage.holeEnd(next, limit) - next;
        boolean isDue = nowNanos - missingSinceNanos >= FILL_AFTER_NANOS * (1 + fillAttempts);
        boolean isTooMuch = script.lastAck() - next > MAX_FILLING_BYTES || fillAttempts == MAX_FILL_ATTEMPTS;
        if (length <= 0 || !isDue || isTooMuch) {
            return;
        }
        fillAttempts++;
        inject(client.filling(next, length), "made up: the capture lacks this payload");
        coverage.add(next, next + length);
    }

    /// A client whose end the capture does not have ends in good order, so that a real server can say all it has
    /// to.
    private void endMadeUp() {
        if (isFinishing && queue.isEmpty() && !client.hasFin()) {
            inject(client.fin(), "made up: the capture ends here");
        }
    }

    private void inject(SimPacket packet, String note) {
        figures.onInjected();
        stage.inject(this, packet, note);
    }

    /// Bytes that the captured server had got and that the tunnel did not deliver.
    private long missingUp() {
        boolean isLive = stack.hasIsn() && !client.hasReset() && script.hasLastAck();
        int missing = isLive ? script.lastAck() - upstream.seq(story.clientIsn()) : 0;
        // the number behind a FIN that has not come is no byte
        return Math.max(0, missing - (client.hasFin() && !upstream.isEnded() ? 1 : 0));
    }
}
