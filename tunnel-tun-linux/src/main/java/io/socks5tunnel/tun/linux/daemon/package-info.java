// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// The daemon `socks5-tunnel`: reads a configuration, starts a tunnel, logs, and stops in good order.
///
/// Start with `Main` and `Daemon`. It uses the API as any program would and knows nothing of the device code beside it;
/// of native code it uses the limit of open files alone.
package io.socks5tunnel.tun.linux.daemon;
