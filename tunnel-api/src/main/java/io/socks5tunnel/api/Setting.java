// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// A value that a configuration gives to a key.
///
/// @param value in its plain form: decimal numbers, words in lower case
/// @param line of the value, from 1
/// @param column of the value, from 1
record Setting(String value, int line, int column) {}
