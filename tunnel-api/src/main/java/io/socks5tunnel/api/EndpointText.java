// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.Optional;

/// An address and a port as they are written in one value: `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or
/// `[2001:db8::1]:53`.
///
/// @param address IPv4 or IPv6, without brackets
/// @param port 1 to 65535
record EndpointText(String address, int port) {
    /// Reads a text, or finds that it is none of the forms.
    ///
    /// @param defaultPort stands for an absent port
    static Optional<EndpointText> of(String text, int defaultPort) {
        if (isAddress(text)) {
            return Optional.of(new EndpointText(text, defaultPort));
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return bracketed(text).map(address -> new EndpointText(address, defaultPort));
        }
        int port = port(text.substring(colon + 1));
        String host = text.substring(0, colon);
        if (port > 0 && AddressText.isIpv4(host)) {
            return Optional.of(new EndpointText(host, port));
        }
        if (text.endsWith("]")) {
            return bracketed(text).map(address -> new EndpointText(address, defaultPort));
        }
        return port == 0 ? Optional.empty() : bracketed(host).map(address -> new EndpointText(address, port));
    }

    /// Whether this is a whole address.
    static boolean isAddress(String text) {
        return AddressText.isIpv4(text) || AddressText.isIpv6(text);
    }

    @Override
    public String toString() {
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }

    private static Optional<String> bracketed(String text) {
        boolean hasBrackets = text.startsWith("[") && text.endsWith("]");
        return Optional.of(hasBrackets ? text.substring(1, text.length() - 1) : "")
                .filter(AddressText::isIpv6);
    }

    /// The port, or 0 if it is none.
    private static int port(String text) {
        NumberPrefix number = NumberPrefix.of(text, false);
        boolean isPlain = !text.isEmpty() && text.length() <= 5 && Character.isDigit(text.charAt(0));
        boolean isPort = isPlain && number.end() == text.length() && number.value() <= 65_535;
        return isPort ? (int) number.value() : 0;
    }
}
