// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// A run of bytes of one stream, `[start, end)`, in stream offsets: sequence numbers unwrapped to 64 bits, the
/// first data byte of the stream being 0. Offsets never wrap, so they are compared as plain numbers.
interface StreamRange {
    /// Offset of the first byte.
    long start();

    /// Offset behind the last byte, above [#start()].
    long end();
}
