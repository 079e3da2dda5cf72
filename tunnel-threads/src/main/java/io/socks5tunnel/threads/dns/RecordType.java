// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

/// The types and the class of records that mean something here; all others are just numbers.
final class RecordType {
    /// An IPv4 address.
    static final int A = 1;

    /// The name of an address (RFC 1035 §3.3.12).
    static final int PTR = 12;

    /// An IPv6 address (RFC 3596).
    static final int AAAA = 28;

    /// The EDNS pseudo record (RFC 6891).
    static final int OPT = 41;

    /// The first of the types that ask for something else than records, such as a zone transfer.
    static final int FIRST_META = 128;

    /// The type that asks for all there is.
    static final int ANY = 255;

    /// The class of the internet.
    static final int CLASS_IN = 1;

    private RecordType() {}

    /// Whether a question for this type asks for no records (RFC 6895 §3.1).
    static boolean isMeta(int type) {
        return type == OPT || (type >= FIRST_META && type < ANY);
    }
}
