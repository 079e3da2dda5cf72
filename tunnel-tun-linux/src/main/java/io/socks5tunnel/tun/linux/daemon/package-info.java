// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// The daemon `socks5-tunnel`: reads a configuration, starts a tunnel, logs, and stops in good order.
///
/// Start with `Main` and `Daemon`. It uses the API as any program would and knows nothing of the device code beside
/// it; of native code it uses what concerns the process: the limit of open files, standard streams and signals.
package io.socks5tunnel.tun.linux.daemon;
