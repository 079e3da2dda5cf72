// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// Bytes as the RFCs draw them: static accessors over buffers, the Internet checksum and sequence arithmetic.
///
/// Start with [TcpHeader] and [SegmentView]. Nothing here allocates, and nothing here depends on the rest of the
/// stack.
package io.socks5tunnel.stack.wire;
