// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

import org.jspecify.annotations.NullMarked;

/// The TUN device and the reactor of Linux, and the daemon.
///
/// The daemon is a package of its own that only the command line enters; the device code does not know it.
@NullMarked
module io.socks5tunnel.tun.linux {
    requires com.sun.jna;
    requires info.picocli;
    requires io.socks5tunnel.api;
    requires static transitive org.jspecify;

    exports io.socks5tunnel.tun.linux;

    // picocli reads options and parameters by reflection
    opens io.socks5tunnel.tun.linux.daemon to
            info.picocli;
}
