// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One direction of a simulated network path, in virtual time: loses, delays, reorders, duplicates and damages
/// packets as its [WireConditions] say, each by its own forked source of chance.
///
/// Super-segments are cut where they enter, so that parts of them can be lost. With a merge window, packets that
/// leave within it are put together again, as a receiving kernel does. Confined to one thread.
public final class Wire {
    private final VirtualClock clock;
    private final Consumer<SimPacket> receiver;
    private final SeededRandom lossChance;
    private final SeededRandom burstChance;
    private final SeededRandom delayChance;
    private final SeededRandom reorderChance;
    private final SeededRandom duplicateChance;
    private final SeededRandom corruptChance;
    private final SeededRandom truncateChance;
    private final List<SimPacket> merging = new ArrayList<>();
    private Consumer<SimPacket> onLost = _ -> {};
    private Consumer<SimPacket> onTooLarge = _ -> {};
    private WireConditions conditions;
    private long mergeWindowNanos;
    private boolean isBad;
    private long freeAtNanos;
    private long lastArrivalNanos;
    private int waiting;
    private long sent;
    private long delivered;
    private long lost;
    private long overflowed;
    private long duplicated;
    private long corrupted;
    private long delayed;

    /// A wire whose packets arrive at `receiver`.
    public Wire(VirtualClock clock, SeededRandom random, WireConditions conditions, Consumer<SimPacket> receiver) {
        this.clock = clock;
        this.conditions = conditions;
        this.receiver = receiver;
        lossChance = random.fork("loss");
        burstChance = random.fork("burst");
        delayChance = random.fork("delay");
        reorderChance = random.fork("reorder");
        duplicateChance = random.fork("duplicate");
        corruptChance = random.fork("corrupt");
        truncateChance = random.fork("truncate");
    }

    /// Changes what happens to packets sent from now on.
    public void conditions(WireConditions newConditions) {
        conditions = newConditions;
    }

    /// What happens to packets sent now.
    public WireConditions conditions() {
        return conditions;
    }

    /// Puts segments together that arrive within this time of the first of them; 0 switches that off.
    public void mergeWindow(long nanos) {
        mergeWindowNanos = nanos;
    }

    /// Has every packet that is lost shown to `observer`, for logs.
    public void onLost(Consumer<SimPacket> observer) {
        onLost = observer;
    }

    /// Has every packet that is larger than the wire's MTU shown to `observer`, besides being lost: a router would
    /// tell its sender.
    public void onTooLarge(Consumer<SimPacket> observer) {
        onTooLarge = observer;
    }

    /// Puts a packet on the wire.
    public void send(SimPacket packet) {
        for (SimPacket segment : Offload.cut(packet)) {
            sendSegment(segment);
        }
    }

    /// What happened so far.
    public WireStatistics statistics() {
        return new WireStatistics(sent, delivered, lost, overflowed, duplicated, corrupted, delayed);
    }

    private void sendSegment(SimPacket segment) {
        sent++;
        // every die is thrown for every packet, so that one condition does not shift the chances of another
        boolean isLostInBurst = isLostInBurst();
        boolean isLost = lossChance.chance(conditions.loss()) || isLostInBurst;
        boolean isDelayed = reorderChance.chance(conditions.reorder());
        boolean isDoubled = duplicateChance.chance(conditions.duplicate());
        boolean isCorrupt = corruptChance.chance(conditions.corrupt());
        boolean isCut = truncateChance.chance(conditions.truncate());
        long jitter = delayChance.between(0, conditions.jitterNanos());
        if (conditions.queuePackets() > 0 && waiting >= conditions.queuePackets()) {
            overflowed++;
            onLost.accept(segment);
            return;
        }
        if (conditions.mtuBytes() > 0 && segment.length() > conditions.mtuBytes()) {
            lost++;
            onLost.accept(segment);
            onTooLarge.accept(segment);
            return;
        }
        long leavesAt = serialise(segment);
        if (isLost) {
            lost++;
            onLost.accept(segment);
            return;
        }
        if (isDelayed) {
            delayed++;
        }
        long arrivesAt = leavesAt + conditions.delayNanos() + jitter + (isDelayed ? conditions.reorderDelayNanos() : 0);
        if (conditions.keepOrder() && !isDelayed) {
            arrivesAt = Math.max(arrivesAt, lastArrivalNanos);
            lastArrivalNanos = arrivesAt;
        }
        SimPacket whole = isCorrupt ? corrupt(segment) : segment;
        SimPacket arriving = isCut ? truncate(whole) : whole;
        clock.at(arrivesAt, () -> arrive(arriving));
        if (isDoubled) {
            duplicated++;
            clock.at(arrivesAt, () -> arrive(arriving));
        }
    }

    private boolean isLostInBurst() {
        WireConditions.BurstLoss bursts = conditions.burstLoss();
        isBad = isBad ? !burstChance.chance(bursts.toGood()) : burstChance.chance(bursts.toBad());
        return burstChance.chance(isBad ? bursts.lossInBad() : 0);
    }

    /// When the last bit has left, given the rate.
    private long serialise(SimPacket segment) {
        if (conditions.bitsPerSecond() == 0) {
            return clock.nowNanos();
        }
        long takesNanos = Math.ceilDiv(segment.length() * 8L * 1_000_000_000L, conditions.bitsPerSecond());
        freeAtNanos = Math.max(freeAtNanos, clock.nowNanos()) + takesNanos;
        waiting++;
        clock.at(freeAtNanos, () -> waiting--);
        return freeAtNanos;
    }

    private SimPacket corrupt(SimPacket segment) {
        corrupted++;
        byte[] bytes = segment.bytes().clone();
        int bit = corruptChance.below(bytes.length * 8);
        bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
        return SimPacket.of(bytes);
    }

    private SimPacket truncate(SimPacket segment) {
        corrupted++;
        return SimPacket.of(Arrays.copyOf(segment.bytes(), 1 + truncateChance.below(segment.length() - 1)));
    }

    private void arrive(SimPacket packet) {
        delivered++;
        if (mergeWindowNanos == 0) {
            receiver.accept(packet);
            return;
        }
        if (merging.isEmpty()) {
            clock.after(mergeWindowNanos, this::deliverMerged);
        }
        int last = merging.size() - 1;
        @Nullable SimPacket merged = last < 0 ? null : Offload.merge(merging.get(last), packet);
        if (merged == null) {
            merging.add(packet);
        } else {
            merging.set(last, merged);
        }
    }

    private void deliverMerged() {
        List<SimPacket> ready = List.copyOf(merging);
        merging.clear();
        ready.forEach(receiver);
    }
}
