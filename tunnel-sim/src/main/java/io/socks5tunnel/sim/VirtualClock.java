// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.PriorityQueue;

/// Virtual time and everything that is to happen in it: a heap of events ordered by (time, sequence number), so
/// that events of one instant happen in the order in which they were asked for.
///
/// Confined to one thread.
public final class VirtualClock {
    /// There is no further event.
    public static final long NO_EVENT = Long.MAX_VALUE;

    /// More events than this at one instant mean that the simulation runs in a circle.
    public static final int MAX_EVENTS_PER_INSTANT = 100_000;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long nextSequence;
    private long eventCount;
    private int eventsAtThisInstant;

    private record Event(long atNanos, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /// Begins at an instant of one's choice; the stack must not care.
    public VirtualClock(long startNanos) {
        nowNanos = startNanos;
    }

    /// Now, ns.
    public long nowNanos() {
        return nowNanos;
    }

    /// Has `action` run at `atNanos`, or as the last event of this instant if that has passed.
    public void at(long atNanos, Runnable action) {
        events.add(new Event(Math.max(atNanos, nowNanos), nextSequence++, action));
    }

    /// Has `action` run `delayNanos` from now.
    public void after(long delayNanos, Runnable action) {
        at(nowNanos + delayNanos, action);
    }

    /// When the next event is due, or [#NO_EVENT].
    public long nextEventNanos() {
        Event next = events.peek();
        return next == null ? NO_EVENT : next.atNanos;
    }

    /// Events that happened since the start.
    public long eventCount() {
        return eventCount;
    }

    /// Moves on to `atNanos` without running anything.
    ///
    /// @throws IllegalStateException if that is in the past, or an event lies before it
    public void advanceTo(long atNanos) {
        if (atNanos < nowNanos || nextEventNanos() < atNanos) {
            throw new IllegalStateException("cannot go from " + nowNanos + " to " + atNanos + ": " + nextEventNanos());
        }
        if (atNanos > nowNanos) {
            nowNanos = atNanos;
            eventsAtThisInstant = 0;
        }
    }

    /// Runs the events that are due now, those included that they ask for at this very instant.
    ///
    /// @return whether there were any
    public boolean runDue() {
        boolean hasRun = false;
        while (nextEventNanos() <= nowNanos) {
            Event event = events.remove();
            countEvent();
            event.action.run();
            hasRun = true;
        }
        return hasRun;
    }

    /// Moves on to the next event and runs what is due then.
    ///
    /// @return false if there is none
    public boolean runNext() {
        if (nextEventNanos() == NO_EVENT) {
            return false;
        }
        advanceTo(nextEventNanos());
        return runDue();
    }

    private void countEvent() {
        eventCount++;
        eventsAtThisInstant++;
        if (eventsAtThisInstant > MAX_EVENTS_PER_INSTANT) {
            throw new IllegalStateException("more than " + MAX_EVENTS_PER_INSTANT + " events at " + nowNanos + " ns");
        }
    }
}
