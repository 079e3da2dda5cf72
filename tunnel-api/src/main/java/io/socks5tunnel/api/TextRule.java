// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// What a text value has to look like. Problems continue a sentence that begins with key and value.
enum TextRule {
    /// A path to a file: whatever the system takes, of any length.
    PATH("path") {
        @Override
        String problemOf(String text) {
            return "";
        }
    },
    /// `null`, `stdout`, `stderr` or a path.
    LOG_TARGET("`null`, `stdout`, `stderr` or path") {
        @Override
        String problemOf(String text) {
            return "";
        }
    },
    /// A name that the Linux kernel takes for an interface; `%d` in it becomes a number there. What begins with
    /// `sim:` is for the simulator, which judges it itself.
    INTERFACE_NAME("name, at most 15 bytes") {
        @Override
        String problemOf(String text) {
            if (text.startsWith("sim:")) {
                return "";
            }
            if (text.getBytes(StandardCharsets.UTF_8).length > 15) {
                return "is longer than the kernel's 15 bytes";
            }
            boolean isRefused = text.equals(".") || text.equals("..");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                isRefused |= c == '/' || c == ':' || c <= ' ' || c == 0x7F;
            }
            return isRefused ? "is no name that the kernel takes: no space, no slash, no colon" : "";
        }
    },
    /// Four decimal numbers.
    IPV4("IPv4 address") {
        @Override
        String problemOf(String text) {
            return AddressText.isIpv4(text) ? "" : "is no IPv4 address" + hintOfPrefix(text);
        }
    },
    /// An IPv6 address without a zone.
    IPV6("IPv6 address") {
        @Override
        String problemOf(String text) {
            return AddressText.isIpv6(text) ? "" : "is no IPv6 address" + hintOfPrefix(text);
        }
    },
    /// The first address of an IPv6 network of 32 free bits.
    IPV6_NETWORK("IPv6 address that ends in 32 zero bits") {
        @Override
        String problemOf(String text) {
            String problem = IPV6.problemOf(text);
            return problem.isEmpty() && !AddressText.isIpv6Network(text)
                    ? "is not the first address of a /96 of unicast addresses"
                    : problem;
        }
    },
    /// `any`, or addresses.
    ANY_OR_ADDRESSES("`any`, or IPv4 and IPv6 addresses with commas between them") {
        @Override
        String problemOf(String text) {
            if (isAny(text)) {
                return "";
            }
            for (String address : addresses(text)) {
                if (!EndpointText.isAddress(address)) {
                    return "holds \"" + ConfigRemarks.printable(address) + "\", which is no address";
                }
            }
            return "";
        }
    },
    /// `auto`, `off`, or CPUs.
    AFFINITY("`auto`, `off`, or CPU numbers and ranges with commas between them: `0-3,8`") {
        @Override
        String problemOf(String text) {
            return AffinityText.parse(text).isPresent()
                    ? ""
                    : "is no list of CPUs: numbers up to " + CpuList.MAX_CPU + ", ranges upwards, none of them twice";
        }
    },
    /// An address with or without a port.
    ENDPOINT("IPv4 or IPv6 address, with or without a port: `192.0.2.1:53`, `[2001:db8::1]:53`") {
        @Override
        String problemOf(String text) {
            return EndpointText.of(text, 1).isPresent() ? "" : "is no address with or without a port";
        }
    },
    /// A host: IPv4 address, IPv6 address or name.
    HOST("IPv4 address, IPv6 address or host name") {
        @Override
        String problemOf(String text) {
            return AddressText.problemOfHost(text);
        }
    },
    /// User name or password, which RFC 1929 counts in one byte.
    CREDENTIAL("text, 1 to 255 bytes") {
        @Override
        String problemOf(String text) {
            boolean isTooLong = text.getBytes(StandardCharsets.UTF_8).length > 255;
            return isTooLong ? "is longer than the 255 bytes of RFC 1929" : "";
        }

        @Override
        String problemOfEmpty() {
            return "is empty, which RFC 1929 does not allow and servers may refuse";
        }
    };

    private final String description;

    TextRule(String description) {
        this.description = description;
    }

    /// The problem of a text that is not empty, or an empty string.
    abstract String problemOf(String text);

    /// The problem of empty text, or an empty string where that is as good as an absent key.
    String problemOfEmpty() {
        return "";
    }

    String description() {
        return description;
    }

    /// Whether all addresses are meant.
    static boolean isAny(String text) {
        return text.trim().equalsIgnoreCase("any");
    }

    /// The parts between commas, without the space around them; none in an empty text.
    static List<String> addresses(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::trim).toList();
    }

    private static String hintOfPrefix(String text) {
        return text.indexOf('/') >= 0 ? " (it is written without a prefix length)" : "";
    }
}
