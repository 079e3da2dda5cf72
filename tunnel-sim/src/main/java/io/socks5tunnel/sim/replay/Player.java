// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.MemoryTun;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimConnection;
import io.socks5tunnel.sim.SimDatagramPort;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Plays captures against a tunnel, packet by packet, as they are read: what it holds in memory does not grow with
/// the files. Confined to one thread.
final class Player implements FlowStage {
    /// How far reading is ahead of playing.
    private static final int MAX_AHEAD_PACKETS = 2_048;

    private static final long MAX_AHEAD_BYTES = 16 << 20;
    /// Playing waits when flows hold more than this, for a bounded time.
    private static final long MAX_BUFFERED_BYTES = 64 << 20;

    private static final long STEP_NANOS = 50_000_000;
    private static final long FINISH_NANOS = 30_000_000_000L;
    private static final long IDLE_NANOS = 600_000_000_000L;
    private static final long RETRY_NANOS = 5_000_000;
    private static final int MAX_TRIES = 1_000;
    private static final int SWEEP_PACKETS = 4_096;
    private static final int MAX_IDLE_FLOWS = 20_000;

    private final CaptureMerger captures;
    private final ReplaySettings settings;
    private final ReplayObserver observer;
    private final SegmentTranslator translator;
    private final CapturedFlows flows;
    private final ReplayWorld world;
    private final FragmentCollector fragments = new FragmentCollector();
    private final boolean isServerReal;
    private final DropMeter meter = new DropMeter();
    private final ArrayDeque<CapturedFlows.Sorted> ahead = new ArrayDeque<>();
    private final LinkedHashSet<TcpFlow> touched = new LinkedHashSet<>();
    private final Map<FlowKey, TcpFlow> living = new HashMap<>();
    private final Map<InetSocketAddress, ArrayDeque<TcpFlow>> dialing = new HashMap<>();
    private final List<TcpFlow> ending = new ArrayList<>();
    private final Map<TcpFlow, Long> order = new HashMap<>();
    private final TreeMap<Long, FlowReport> rows = new TreeMap<>();
    private final List<SimPacket> answers = new ArrayList<>();
    private final OtherTraffic others;
    // with a real server there is nobody to play the captured ones
    private @Nullable RecordedDatagrams datagrams;
    private FlowTotals totals = FlowTotals.NONE;
    private final long wallStartNanos = System.nanoTime();
    private final long startNanos;
    private long nextOrder;
    private long aheadBytes;
    private long packets;
    private long queuedPackets;
    private boolean isInjecting;

    /// @param device of a tunnel that runs already, null for a tunnel of the replay's own
    /// @param engine for a tunnel of the replay's own; null takes the one on the module path
    Player(
            CaptureMerger captures,
            ReplaySettings settings,
            ReplayObserver observer,
            @Nullable MemoryTun device,
            @Nullable EngineProvider engine)
            throws IOException {
        this.captures = captures;
        this.settings = settings;
        this.observer = observer;
        translator = new SegmentTranslator(settings.mtuBytes(), settings.isVerbatim());
        flows = new CapturedFlows(this::createFlow, ending::add);
        isServerReal = device != null || settings.socks().isPresent();
        world = world(device, engine);
        startNanos = world.clock().nowNanos();
        if (world instanceof SimulatedWorld simulated) {
            datagrams = new RecordedDatagrams(simulated::bind);
        }
        others = new OtherTraffic(settings, this::injectOther, flows, datagrams);
    }

    private ReplayWorld world(@Nullable MemoryTun device, @Nullable EngineProvider engine) throws IOException {
        if (device != null) {
            return LiveWorld.on(device, settings, this::onWritten);
        }
        return settings.socks().isPresent()
                ? LiveWorld.open(settings, settings.socks().get(), this::onWritten)
                : new SimulatedWorld(
                        settings, engine == null ? Replay.engine() : engine, this::onWritten, this::onAccept);
    }

    /// Plays everything.
    ReplayReport run() throws IOException {
        try (world) {
            observer.onStart(captures.sources().getFirst().firstNanos());
            readAhead();
            CapturedFlows.Sorted item;
            while ((item = ahead.poll()) != null) {
                aheadBytes -= item.packet().bytes().length;
                advanceTo(world.placeOf(startNanos, item.packet().atNanos()));
                waitForRoom();
                dispatch(item);
                packets++;
                if (packets % SWEEP_PACKETS == 0) {
                    sweep();
                }
                readAhead();
            }
            finishAll();
            return report();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public long nowNanos() {
        return world.clock().nowNanos();
    }

    @Override
    public void touch(TcpFlow flow) {
        touched.add(flow);
    }

    @Override
    public void wake(TcpFlow flow, long atNanos) {
        world.clock().at(atNanos, () -> {
            flow.onTimerDue();
            touched.add(flow);
        });
    }

    @Override
    public void onDial(TcpFlow flow) {
        dialing.computeIfAbsent(flow.key().server(), _ -> new ArrayDeque<>()).add(flow);
    }

    @Override
    public void onQueued(int packetCount) {
        queuedPackets += packetCount;
    }

    @Override
    public boolean isServerReal() {
        return isServerReal;
    }

    @Override
    public void inject(TcpFlow flow, SimPacket packet, String note) {
        living.put(flow.key(), flow);
        Map<DropReason, Long> drops = injectAndSettle(packet);
        drops.forEach(flow::onDrop);
        observer.onClientPacket(elapsedNanos(), flow.key(), flow.instance(), packet, remarks(note, drops));
        tellAnswers();
    }

    private void injectOther(OtherFlow flow, SimPacket packet) {
        Map<DropReason, Long> drops = injectAndSettle(packet);
        drops.forEach(flow::onDrop);
        observer.onClientPacket(elapsedNanos(), flow.key(), 1, packet, remarks("", drops));
        tellAnswers();
    }

    private Map<DropReason, Long> injectAndSettle(SimPacket packet) {
        answers.clear();
        isInjecting = true;
        try {
            for (int i = 0; !world.inject(packet) && i < MAX_TRIES; i++) {
                world.runUntil(() -> false, nowNanos() + RETRY_NANOS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            isInjecting = false;
        }
        // with threads, nobody can tell which packet a drop belongs to
        return isServerReal() ? Map.of() : meter.difference(world.statistics().drops());
    }

    private TcpFlow createFlow(FlowKey key, int instance, @Nullable TcpFlow predecessor) {
        TcpFlow flow = new TcpFlow(key, instance, this, translator, settings.mtuBytes(), predecessor);
        order.put(flow, nextOrder++);
        return flow;
    }

    private void readAhead() throws IOException {
        ReplayPacket packet;
        while (ahead.size() < MAX_AHEAD_PACKETS && aheadBytes < MAX_AHEAD_BYTES && (packet = captures.next()) != null) {
            fragments.add(packet).forEach(this::plan);
        }
        if (ahead.isEmpty()) {
            fragments.rest().forEach(this::plan);
        }
    }

    /// In real time, the flows must not fall behind by much.
    private void waitForRoom() throws IOException {
        for (int i = 0; isServerReal() && queuedPackets > MAX_AHEAD_PACKETS && i < MAX_TRIES; i++) {
            advanceTo(nowNanos() + RETRY_NANOS);
        }
    }

    private void plan(ReplayPacket packet) {
        aheadBytes += packet.bytes().length;
        ahead.add(packet.isTcp() ? flows.sort(packet) : new CapturedFlows.Sorted(packet, null, false));
    }

    private void dispatch(CapturedFlows.Sorted item) {
        TcpFlow flow = item.flow();
        if (flow == null) {
            others.play(item.packet());
        } else if (item.isFromClient()) {
            flow.onClientPacket(item.packet());
        } else {
            flow.onServerPacket(item.packet());
        }
    }

    /// Lets time go on, and the flows go on with it.
    private void advanceTo(long atNanos) throws IOException {
        long target = Math.max(atNanos, nowNanos());
        boolean isGoingOn = true;
        while (isGoingOn) {
            playTouched();
            isGoingOn = world.runUntil(() -> !touched.isEmpty(), target);
        }
    }

    private void playTouched() {
        while (!touched.isEmpty()) {
            TcpFlow flow = touched.removeFirst();
            flow.play();
        }
    }

    /// Ends what is over, waits where too much waits, and tells how far the replay is.
    private void sweep() throws IOException {
        observer.onProgress(captures.progress(), packets);
        endFlows();
        long buffered = 0;
        List<TcpFlow> idle = new ArrayList<>();
        for (TcpFlow flow : flows.all()) {
            buffered += flow.bufferedBytes();
            boolean isIdle = flow.isWaitingForNothing() && nowNanos() - flow.lastPacketNanos() > IDLE_NANOS;
            if (isIdle || flow.isComplete() && flows.all().size() - idle.size() > MAX_IDLE_FLOWS) {
                idle.add(flow);
            }
        }
        for (int i = 0; i < 100 && buffered > MAX_BUFFERED_BYTES; i++) {
            advanceTo(nowNanos() + STEP_NANOS);
            buffered = flows.all().stream().mapToLong(TcpFlow::bufferedBytes).sum();
        }
        for (TcpFlow flow : idle) {
            flow.finish();
            flows.remove(flow);
            ending.add(flow);
        }
    }

    /// Reports flows whose addresses and ports were used anew, as soon as they are complete.
    private void endFlows() {
        ending.removeIf(flow -> {
            boolean isOver = flow.isComplete() || nowNanos() - flow.lastPacketNanos() > IDLE_NANOS + FINISH_NANOS;
            if (isOver) {
                end(flow);
            }
            return isOver;
        });
    }

    private void finishAll() throws IOException {
        List<TcpFlow> left = new ArrayList<>(ending);
        left.addAll(flows.all());
        left.forEach(TcpFlow::finish);
        long endNanos = nowNanos() + FINISH_NANOS;
        while (nowNanos() < endNanos && !left.stream().allMatch(TcpFlow::isComplete)) {
            advanceTo(nowNanos() + STEP_NANOS);
        }
        // the last acknowledgements of the stack
        advanceTo(nowNanos() + STEP_NANOS);
        left.forEach(this::end);
        others.reports().forEach(this::addRow);
    }

    private void end(TcpFlow flow) {
        FlowReport report = flow.report();
        flow.abandon();
        living.remove(flow.key(), flow);
        ArrayDeque<TcpFlow> dials = dialing.get(flow.key().server());
        if (dials != null) {
            dials.removeIf(dialed -> dialed == flow);
            if (dials.isEmpty()) {
                dialing.remove(flow.key().server());
            }
        }
        Long place = order.remove(flow);
        observer.onFlow(report);
        totals = totals.plus(report);
        if (rows.size() < ReplayReport.MAX_ROWS && place != null) {
            rows.put(place, report);
        }
    }

    private void addRow(FlowReport report) {
        observer.onFlow(report);
        totals = totals.plus(report);
        if (rows.size() < ReplayReport.MAX_ROWS) {
            rows.put(nextOrder++, report);
        }
    }

    private ReplayReport report() {
        Map<io.socks5tunnel.sim.capture.SkipReason, Long> skipped =
                new EnumMap<>(io.socks5tunnel.sim.capture.SkipReason.class);
        long frames = 0;
        long cutRefused = 0;
        long padded = 0;
        long gaps = 0;
        long moved = 0;
        for (CaptureSource source : captures.sources()) {
            source.skipped().forEach((reason, count) -> skipped.merge(reason, count, Long::sum));
            frames += source.packets();
            cutRefused += source.cutRefused();
            padded += source.paddedPackets();
            gaps += source.shortenedGaps();
            moved += source.movedPackets();
        }
        return new ReplayReport(
                captures.names(),
                captures.defects(),
                frames,
                packets,
                skipped,
                cutRefused,
                padded,
                moved,
                gaps,
                world.unsentPackets(),
                List.copyOf(rows.values()),
                totals,
                world.statistics().drops(),
                nowNanos() - startNanos,
                System.nanoTime() - wallStartNanos);
    }

    /// The tunnel's connections to the SOCKS server, each of which belongs to the flow whose SYN came first among
    /// those to the same destination.
    private void onAccept(SimConnection connection) {
        new RecordedServer(connection, this::dialed, this::associate).start();
    }

    private SimDatagramPort associate() {
        return Objects.requireNonNull(datagrams, "only the simulated server asks for associations")
                .associate(SimulatedWorld.proxyAddress());
    }

    private @Nullable UpstreamSide dialed(InetSocketAddress destination) {
        ArrayDeque<TcpFlow> dials = dialing.get(destination);
        TcpFlow flow = null;
        while (dials != null && flow == null && (flow = dials.poll()) != null) {
            flow = flow.awaitsServer() ? flow : null;
        }
        return flow == null ? null : flow.upstream();
    }

    private void onWritten(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (isInjecting) {
            answers.add(packet);
        } else {
            tellAnswer(packet, parsed);
        }
        if (parsed.isTcp()) {
            TcpFlow flow = living.get(new FlowKey(IpProtocol.TCP, parsed.destinationSocket(), parsed.sourceSocket()));
            if (flow != null) {
                flow.onStackSegment(parsed);
            }
        } else if (parsed.isIcmp()) {
            FlowKey quoted = IcmpQuote.flow(parsed);
            TcpFlow flow = quoted == null ? null : living.get(quoted);
            if (flow != null) {
                flow.onStackUnreachable();
            } else {
                others.onAnswer(parsed, quoted);
            }
        } else {
            others.onAnswer(parsed, null);
        }
    }

    private void tellAnswers() {
        answers.forEach(answer -> tellAnswer(answer, ParsedPacket.parse(answer)));
        answers.clear();
    }

    private void tellAnswer(SimPacket answer, ParsedPacket parsed) {
        FlowKey quoted = IcmpQuote.flow(parsed);
        FlowKey key = quoted != null
                ? quoted
                : new FlowKey(parsed.protocol(), parsed.destinationSocket(), parsed.sourceSocket());
        TcpFlow flow = living.get(key);
        observer.onTunnelPacket(elapsedNanos(), key, flow == null ? 1 : flow.instance(), answer);
    }

    private String remarks(String note, Map<DropReason, Long> drops) {
        StringBuilder text = new StringBuilder(note);
        drops.keySet().forEach(reason -> append(text, "dropped: " + reason));
        for (SimPacket answer : answers) {
            ParsedPacket parsed = ParsedPacket.parse(answer);
            if (parsed.has(TcpFlag.RST)) {
                append(text, "answered with RST");
            } else if (parsed.isIcmp()) {
                append(text, "answered with ICMP " + parsed.icmpType() + "/" + parsed.icmpCode());
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String remark) {
        text.append(text.isEmpty() ? "" : "; ").append(remark);
    }

    private long elapsedNanos() {
        return nowNanos() - startNanos;
    }
}
