// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// The line to a [ScriptedProxy], from where it can be reached. For one thread.
public final class ProxyControl implements AutoCloseable {
    private static final int CONNECT_MILLIS = 20_000;

    private final Socket socket = new Socket();

    private ProxyControl() {}

    /// Connects to the control port of a proxy; `-` instead of its address is a line to nobody.
    public static ProxyControl connect(String host, int port) throws IOException {
        ProxyControl control = new ProxyControl();
        if (!host.equals("-")) {
            control.socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
        }
        return control;
    }

    /// Has the proxy play these texts of [Conversation]s, with `|` between them, to those who come from now on: the
    /// first to the first, and from the beginning again after the last.
    public void deal(String texts) throws IOException {
        if (!tell("deal " + texts).equals("ok")) {
            throw new IOException("the proxy does not play " + texts);
        }
    }

    /// How many connections there were at a time since the last deal.
    public int peak() throws IOException {
        return Integer.parseInt(tell("peak"));
    }

    /// How many connections came since the last deal.
    public int dealt() throws IOException {
        return Integer.parseInt(tell("dealt"));
    }

    private String tell(String line) throws IOException {
        new PrintWriter(socket.getOutputStream(), true, StandardCharsets.US_ASCII).println(line);
        return String.valueOf(
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
