// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

import org.jspecify.annotations.NullMarked;

/// What users and providers of a tunnel compile against.
///
/// Users start in `io.socks5tunnel.api`, providers of an engine, a TUN device or a reactor in
/// `io.socks5tunnel.api.spi`. Nothing of the project is required here: the engine is found by
/// [java.util.ServiceLoader].
@NullMarked
module io.socks5tunnel.api {
    requires org.snakeyaml.engine.v2;

    // transitive, since the annotations stand in exported signatures; static, since nobody reads them at run time
    requires static transitive org.jspecify;

    exports io.socks5tunnel.api;
    exports io.socks5tunnel.api.spi;

    // the other modules are found by what they provide, so that none of them has to be named here
    uses io.socks5tunnel.api.spi.Command;
    uses io.socks5tunnel.api.spi.EngineProvider;
    uses io.socks5tunnel.api.spi.ReactorProvider;
    uses io.socks5tunnel.api.spi.TunProvider;
}
