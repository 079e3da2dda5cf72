// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
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
    private static final int UNDER_WAY = 16;
    private static final long SILENCE_MILLIS = 100;
    private static final int MOST_QUERIES = 50;
    private static final long TICK_NANOS = 1_000_000;
    private static final long TICKS_PER_SECOND = 1_000;

    private final List<DatagramSource> sources = new ArrayList<>();
    private final Selector selector = Selector.open();

    private DatagramLoad(String proxy, int bytes) throws IOException {
        for (int i = 0; i < SOURCES; i++) {
            DatagramSource source = new DatagramSource(
                    Proxy.parse(proxy, ConnectionLoad.DESTINATION), ConnectionLoad.DESTINATION, bytes);
            source.channel().register(selector, SelectionKey.OP_READ, source);
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
                while (source.underWay() < UNDER_WAY) {
                    source.send(Exchange.ECHO);
                }
            }
            if (selector.select(DatagramLoad::takeReplies, SILENCE_MILLIS) == 0) {
                sources.forEach(DatagramSource::writeOff);
            }
        }
        while (selector.select(DatagramLoad::takeReplies, SILENCE_MILLIS) > 0) {
            // until nothing comes any more
        }
    }

    private static void takeReplies(SelectionKey key) {
        DatagramSource source = (DatagramSource) key.attachment();
        try {
            while (source.receive(Exchange.ECHO) >= 0) {
                // as long as there are any
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void steady(int rate, int seconds) throws IOException {
        long start = System.nanoTime();
        long perTick = rate / TICKS_PER_SECOND;
        for (long tick = 0; tick < seconds * TICKS_PER_SECOND; tick++) {
            for (long i = 0; i < perTick; i++) {
                sources.get((int) (i % SOURCES)).send(Exchange.COUNT);
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
            source.send(Exchange.QUERY);
            source.sent--;
            if (selector.select(_ -> {}, SILENCE_MILLIS) > 0) {
                long last = -1;
                long number = source.receive(Exchange.QUERY);
                while (number >= 0) {
                    last = number;
                    number = source.receive(Exchange.QUERY);
                }
                if (last >= 0) {
                    return last;
                }
            }
        }
        throw new IllegalStateException("no answer to " + MOST_QUERIES + " queries");
    }
}
