// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// The TUN device and the reactor of Linux.
///
/// Start with [LinuxTunProvider] and [LinuxReactorProvider], which [java.util.ServiceLoader] finds. Native code is
/// called in the package `nativecalls` alone.
package io.socks5tunnel.tun.linux;
