// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

/// How upstream sockets are opened.
///
/// @param mark `SO_MARK` for policy routing, 0 for none; a reactor that cannot set it refuses to open
/// @param tcpFastOpen send the first bytes with the SYN where the system can; silently without elsewhere
public record UpstreamOptions(int mark, boolean tcpFastOpen) {}
