// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.stack.tcp.FlowTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Looking flows up, in an order that leaves no use to what was looked up last.
@State(Scope.Thread)
public class FlowTableBenchmark {
    private static final int STRIDE = 7919;

    @Param({"100", "10000"})
    private int flows;

    private final FlowTable<FlowKey> table = new FlowTable<>(new byte[FlowTable.SECRET_BYTES]);
    private FlowKey[] keys;
    private int next;

    /// As many flows of one client.
    @Setup
    public void fill() {
        keys = new FlowKey[flows];
        for (int i = 0; i < flows; i++) {
            keys[i] = new FlowKey(
                    0, FlowKey.mappedIpv4(0xc612_0201), 1024 + i, 0, FlowKey.mappedIpv4(0xc613_0001), 443);
            table.put(keys[i], keys[i]);
        }
    }

    /// An operation is a look-up that finds something.
    @Benchmark
    public Object find() {
        next = (next + STRIDE) % flows;
        return table.find(keys[next]);
    }
}
