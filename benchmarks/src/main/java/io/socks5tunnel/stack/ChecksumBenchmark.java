// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.stack.wire.InternetChecksum;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The Internet checksum of a segment that is in the processor's cache.
@State(Scope.Thread)
public class ChecksumBenchmark {
    @Param({"64", "1448", "65535"})
    private int length;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16);

    /// An operation is a segment.
    @Benchmark
    public int sum() {
        return InternetChecksum.finish(InternetChecksum.sum(bytes, 0, length));
    }
}
