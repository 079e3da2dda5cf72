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

/// Opens flows, sends a request over each, and holds them until the process is ended.
///
/// Runs as a process of its own: `IdleFlows - KIND FLOWS`, KIND being `tcp` or `udp`. Says `ready` when all are
/// open.
public final class IdleFlows {
    private static final int AT_ONCE = 32;
    private static final long SILENCE_MILLIS = 1_000;
    private static final int MOST_SILENCES = 20;

    private final Selector selector = Selector.open();
    private final int flows;
    private final List<AutoCloseable> held = new ArrayList<>();
    private int begun;
    private int ready;

    private IdleFlows(int flows) throws IOException {
        this.flows = flows;
    }

    /// Opens and waits.
    public static void main(String[] arguments) throws IOException {
        IdleFlows load = new IdleFlows(Integer.parseInt(arguments[2]));
        boolean isTcp = arguments[1].equals("tcp");
        for (int i = 0; i < AT_ONCE; i++) {
            load.begin(isTcp);
        }
        int silences = 0;
        while (load.ready < load.flows) {
            if (load.selector.select(key -> load.onReady(key, isTcp), SILENCE_MILLIS) == 0) {
                silences++;
                load.again();
            }
            if (silences > MOST_SILENCES) {
                throw new IllegalStateException("stuck at " + load.ready + " flows");
            }
        }
        System.out.println("ready " + load.ready);
        while (true) {
            LockSupport.parkNanos(TimeUnit.DAYS.toNanos(1));
        }
    }

    private void begin(boolean isTcp) throws IOException {
        if (begun == flows) {
            return;
        }
        begun++;
        if (isTcp) {
            new RequestClient(selector, null).begin(Exchange.KEEP, begun);
        } else {
            held.add(new SingleDatagram(selector, ConnectionLoad.DESTINATION, begun));
        }
    }

    private void onReady(SelectionKey key, boolean isTcp) {
        try {
            boolean isReady = isTcp
                    ? ((RequestClient) key.attachment()).hasFinished()
                    : ((SingleDatagram) key.attachment()).isBack();
            if (isReady) {
                ready++;
                key.interestOps(0);
                begin(isTcp);
            }
        } catch (IOException e) {
            throw new IllegalStateException("flow " + ready, e);
        }
    }

    /// Datagrams may get lost.
    private void again() throws IOException {
        for (SelectionKey key : selector.keys()) {
            if (key.interestOps() != 0 && key.attachment() instanceof SingleDatagram datagram) {
                datagram.send();
            }
        }
    }
}
