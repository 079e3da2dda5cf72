// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// JNA for the image. Its own descriptor requires java.desktop, for windows that we never open: half of the image.
@SuppressWarnings("module")
module com.sun.jna {
    requires java.logging;

    exports com.sun.jna;
    exports com.sun.jna.ptr;
    exports com.sun.jna.win32;
}
