// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import java.io.IOException;

/// Bytes came that are not those that were sent: what a soak must never see, whatever is broken on purpose.
final class WrongBytesException extends IOException {
    private static final long serialVersionUID = 1;

    WrongBytesException(String what) {
        super(what);
    }
}
