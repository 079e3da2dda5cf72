// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

import org.jspecify.annotations.NullMarked;

/// The packet stack: bytes and a time go in, bytes and events come out.
///
/// It knows RFCs. It knows no thread, clock, socket, file, random source or log, so that the same inputs give the
/// same bytes out.
@NullMarked
module io.socks5tunnel.stack {
    requires transitive io.socks5tunnel.api;
    requires static transitive org.jspecify;

    exports io.socks5tunnel.stack;
    // read-only, for the invariants of tests and the simulator
    exports io.socks5tunnel.stack.inspect;
}
