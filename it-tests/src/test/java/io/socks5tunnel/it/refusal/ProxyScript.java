// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

/// What a [ScriptedProxy] answers to each of the three messages of a SOCKS5 client with a login: greeting, login,
/// request. Each is a [Conversation].
public enum ProxyScript {
    SUCCEEDED("0502", "0100", "05000001c612010204d2."),
    SUCCEEDED_BY_NAME("0502", "0100", "0500000309612e6578616d706c6504d2."),
    REP_1("0502", "0100", "05010001000000000000/"),
    REP_2("0502", "0100", "05020001000000000000/"),
    REP_3("0502", "0100", "05030001000000000000/"),
    REP_4("0502", "0100", "05040001000000000000/"),
    REP_5("0502", "0100", "05050001000000000000/"),
    REP_6("0502", "0100", "05060001000000000000/"),
    REP_7("0502", "0100", "05070001000000000000/"),
    REP_8("0502", "0100", "05080001000000000000/"),
    REP_9("0502", "0100", "05090001000000000000/"),
    NO_METHOD("05ff/"),
    METHOD_NOT_OFFERED("0501."),
    LOGIN_REFUSED("0502", "0101/"),
    SILENT_AT_GREETING("."),
    SILENT_AT_LOGIN("0502", "."),
    SILENT_AT_REQUEST("0502", "0100", "."),
    SILENT_IN_REPLY("0502", "0100", "05000001c6."),
    CLOSES_AT_GREETING("/"),
    CLOSES_AT_LOGIN("0502", "/"),
    CLOSES_AT_REQUEST("0502", "0100", "/"),
    CLOSES_IN_REPLY("0502", "0100", "05000001c6/"),
    RESETS_AT_GREETING("!"),
    RESETS_AT_LOGIN("0502", "!"),
    RESETS_AT_REQUEST("0502", "0100", "!"),
    RESETS_IN_REPLY("0502", "0100", "05000001c6!"),
    /// The beginning of `HTTP/1.0 400`.
    GARBAGE_AT_GREETING("485454502f312e3020343030."),
    GARBAGE_AT_LOGIN("0502", "485454502f312e3020343030."),
    GARBAGE_AT_REQUEST("0502", "0100", "485454502f312e3020343030."),
    UNKNOWN_ADDRESS_TYPE("0502", "0100", "05000009000000000000.");

    private final String text;

    ProxyScript(String... answers) {
        text = String.join(" ", answers);
    }

    /// The text form of its [Conversation].
    String text() {
        return text;
    }
}
