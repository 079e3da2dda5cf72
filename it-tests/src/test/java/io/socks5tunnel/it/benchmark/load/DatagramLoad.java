// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import io.socks5tunnel.it.lab.DatagramCalls;
import io.socks5tunnel.it.lab.PollDescriptors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Datagrams of a few sources to one destination, from one thread.
///
/// Runs as a process of its own: `DatagramLoad PROXY MODE BYTES SECONDS`, where PROXY is `-` if there is a tunnel,
/// and MODE is `echo`, datagrams there and back with a fixed number under way, or a number, datagrams per second
/// one way. A second of warming up comes first. Fails if a byte of a reply is wrong.
public final class DatagramLoad {
    private static final int SOURCES = 8;
    private static final int UNDER_WAY = 32;
    private static final int SILENCE_MILLIS = 100;
    private static final int MOST_QUERIES = 50;
    private static final long TICK_NANOS = 1_000_000;
    private static final int TICKS_PER_SECOND = 1_000;

    private final DatagramCalls calls = new DatagramCalls();
    private final List<DatagramSource> sources = new ArrayList<>();
    private final PollDescriptors polled = new PollDescriptors(SOURCES);

    private DatagramLoad(String proxy, int bytes) throws IOException {
        MessageArray input = new MessageArray(calls, UNDER_WAY, false);
        for (int i = 0; i < SOURCES; i++) {
            DatagramSource source = new DatagramSource(
                    calls,
                    input,
                    UNDER_WAY,
                    Proxy.parse(proxy, ConnectionLoad.DESTINATION),
                    ConnectionLoad.DESTINATION,
                    bytes);
            polled.set(i, source.descriptor());
            sources.add(source);
        }
    }

    /// Loads, and prints figures.
    public static void main(String[] arguments) throws IOException {
        DatagramLoad load = new DatagramLoad(arguments[0], Integer.parseInt(arguments[2]));
        int seconds = Integer.parseInt(arguments[3]);
        if (arguments[1].equals("echo")) {
            load.echo(TimeUnit.SECONDS.toNanos(1));
            long sentBefore = load.sent();
            long receivedBefore = load.received();
            load.echo(TimeUnit.SECONDS.toNanos(seconds));
            long received = load.received() - receivedBefore;
            load.print(load.sent() - sentBefore, received, 2.0 * received / seconds, 2 * load.received());
        } else {
            int rate = Integer.parseInt(arguments[1]);
            long countedBefore = load.query();
            load.steady(rate, 1);
            long counted = load.query();
            long sentBefore = load.sent();
            load.steady(rate, seconds);
            long sent = load.sent() - sentBefore;
            long countedAfter = load.query();
            long arrived = countedAfter - counted;
            load.print(sent, arrived, (double) arrived / seconds, countedAfter - countedBefore);
        }
    }

    private void print(long sent, long received, double perSecond, long carried) {
        System.out.println("perSecond " + perSecond);
        System.out.println("lossPercent " + 100.0 * (sent - received) / sent);
        System.out.println("carried " + carried);
    }

    private long sent() {
        return sources.stream().mapToLong(source -> source.sent).sum();
    }

    private long received() {
        return sources.stream().mapToLong(source -> source.received).sum();
    }

    /// Keeps datagrams under way until the time is over, and then waits for the last.
    private void echo(long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            for (DatagramSource source : sources) {
                if (source.underWay() < UNDER_WAY) {
                    source.send(Exchange.ECHO, UNDER_WAY - source.underWay());
                }
            }
            if (!hasTakenReplies()) {
                sources.forEach(DatagramSource::writeOff);
            }
        }
        while (hasTakenReplies()) {
            // until nothing comes any more
        }
    }

    private boolean hasTakenReplies() throws IOException {
        int ready = calls.poll(polled, SILENCE_MILLIS);
        for (int i = 0; i < SOURCES && ready > 0; i++) {
            if (polled.isReady(i)) {
                sources.get(i).receive(Exchange.ECHO);
            }
        }
        return ready > 0;
    }

    private void steady(int rate, int seconds) {
        long start = System.nanoTime();
        int perTick = rate / TICKS_PER_SECOND;
        for (long tick = 0; tick < (long) seconds * TICKS_PER_SECOND; tick++) {
            // one by one, from one source after the other: hardly any two of a source come together
            for (int i = 0; i < perTick; i++) {
                sources.get(i % SOURCES).send(Exchange.COUNT, 1);
            }
            long wait = start + tick * TICK_NANOS - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    /// How many datagrams have arrived since the server was started.
    private long query() throws IOException {
        DatagramSource source = sources.getFirst();
        for (int i = 0; i < MOST_QUERIES; i++) {
            // What was sent before has arrived by then, or never will.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS));
            source.send(Exchange.QUERY, 1);
            source.sent--;
            if (calls.poll(polled, SILENCE_MILLIS) > 0) {
                long last = source.receive(Exchange.QUERY);
                if (last >= 0) {
                    return last;
                }
            }
        }
        throw new IllegalStateException("no answer to " + MOST_QUERIES + " queries");
    }
}
