// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

import io.socks5tunnel.api.spi.Command;
import io.socks5tunnel.api.spi.HostNetwork;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.TunProvider;
import io.socks5tunnel.tun.linux.LinuxHostNetwork;
import io.socks5tunnel.tun.linux.LinuxReactorProvider;
import io.socks5tunnel.tun.linux.LinuxTunProvider;
import io.socks5tunnel.tun.linux.daemon.CheckCommand;
import org.jspecify.annotations.NullMarked;

/// The TUN device and the reactor of Linux, and the daemon.
///
/// The daemon is a package of its own that only the command line enters; the device code does not know it, and it
/// finds the device like any user of the API, by [java.util.ServiceLoader].
@NullMarked
module io.socks5tunnel.tun.linux {
    requires com.sun.jna;
    requires info.picocli;
    requires transitive io.socks5tunnel.api;
    // the daemon's log lines
    requires java.logging;
    requires static transitive org.jspecify;

    exports io.socks5tunnel.tun.linux;

    provides Command with
            CheckCommand;
    provides HostNetwork with
            LinuxHostNetwork;
    provides ReactorProvider with
            LinuxReactorProvider;
    provides TunProvider with
            LinuxTunProvider;

    uses Command;
}
