// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// A SOCKS5 server that serves nobody: it plays a [ProxyScript] to everybody who comes.
///
/// Runs as a process of its own: `ScriptedProxy PORT CONTROL_PORT`. Which script is told on a connection to the
/// control port, a line each, answered by a line when it holds for all who come from then on. The line `peak` is
/// answered with how many connections there were at a time since the script was told.
public final class ScriptedProxy {
    private static final int NAME = 3;
    private static final int BACKLOG = 1024;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private volatile ProxyScript script = ProxyScript.SUCCEEDED;

    private ScriptedProxy() {}

    /// Serves until it is killed.
    public static void main(String[] arguments) throws IOException {
        var proxy = new ScriptedProxy();
        var control = new ServerSocket(Integer.parseInt(arguments[1]), BACKLOG);
        var socks = new ServerSocket(Integer.parseInt(arguments[0]), BACKLOG);
        Thread.ofPlatform().start(() -> proxy.obey(control));
        while (true) {
            Socket client = socks.accept();
            ProxyScript present = proxy.script;
            proxy.peak.accumulateAndGet(proxy.open.incrementAndGet(), Math::max);
            Thread.ofVirtual().start(() -> proxy.serve(client, present));
        }
    }

    private void obey(ServerSocket control) {
        while (true) {
            try (Socket teller = control.accept();
                    var in = new BufferedReader(
                            new InputStreamReader(teller.getInputStream(), StandardCharsets.US_ASCII));
                    var out = new PrintWriter(teller.getOutputStream(), true, StandardCharsets.US_ASCII)) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    out.println(answer(line));
                }
            } catch (IOException e) {
                System.err.println("control: " + e.getMessage());
            }
        }
    }

    private String answer(String line) {
        if (line.equals("peak")) {
            return Integer.toString(peak.get());
        }
        script = ProxyScript.valueOf(line);
        peak.set(open.get());
        return "ok";
    }

    private void serve(Socket client, ProxyScript present) {
        try (client) {
            client.setTcpNoDelay(true);
            var in = new DataInputStream(client.getInputStream());
            for (int step = 0; step < present.answers(); step++) {
                readMessage(in, step);
                client.getOutputStream().write(present.bytes(step));
            }
            end(client, present.ending());
        } catch (IOException _) {
            // The client cut it, which is its good right.
        } finally {
            open.decrementAndGet();
        }
    }

    private static void end(Socket client, char how) throws IOException {
        switch (how) {
            case '/' -> {}
            case '!' -> client.setSoLinger(true, 0);
            case '.' -> {
                byte[] nobodyCares = new byte[4096];
                while (client.getInputStream().read(nobodyCares) >= 0) {
                    // Until the client has had enough.
                }
            }
            default -> throw new IllegalStateException("no ending: " + how);
        }
    }

    private static void readMessage(DataInputStream in, int step) throws IOException {
        switch (step) {
            case 0 -> {
                in.readUnsignedByte();
                in.skipNBytes(in.readUnsignedByte());
            }
            case 1 -> {
                in.readUnsignedByte();
                in.skipNBytes(in.readUnsignedByte());
                in.skipNBytes(in.readUnsignedByte());
            }
            default -> {
                in.skipNBytes(3);
                int type = in.readUnsignedByte();
                int length = type == NAME ? in.readUnsignedByte() : type == 1 ? 4 : 16;
                in.skipNBytes(length + Short.BYTES);
            }
        }
    }
}
