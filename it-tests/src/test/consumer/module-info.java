// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// A program of somebody else. It names the API and nothing else of the project; engine, reactor and devices are
/// found on the module path. `ConsumerModuleIT` compiles and runs it.
module example.consumer {
    requires io.socks5tunnel.api;
}
