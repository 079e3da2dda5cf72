// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import io.socks5tunnel.it.transfer.SeededFile;
import io.socks5tunnel.it.transfer.TransferClient;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import io.socks5tunnel.it.transfer.TransferServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a user would run: curl and [TransferClient] in the client's namespace, talking to a [TransferServer] in the
/// server's.
public final class Applications implements AutoCloseable {
    /// Where the server listens, on all its addresses.
    public static final int PORT = 7000;

    /// Where nobody listens.
    public static final int CLOSED_PORT = 7001;

    /// How long one transfer may take, whatever else the machine has to do.
    public static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration MARGIN = Duration.ofSeconds(20);

    private final NetworkLab lab;
    private final LabProcess transferServer;
    private final Duration limit;

    private Applications(NetworkLab lab, LabProcess transferServer, Duration limit) {
        this.lab = lab;
        this.transferServer = transferServer;
        this.limit = limit;
    }

    /// Starts the server.
    public static Applications start(NetworkLab lab) {
        LabProcess server = lab.server().startJava("transfer-server", TransferServer.class, PORT);
        server.awaitListening(PORT, MARGIN);
        return new Applications(lab, server, LIMIT);
    }

    /// The same applications with less patience, for transfers that may never end.
    public Applications within(Duration newLimit) {
        return new Applications(lab, transferServer, newLimit);
    }

    /// Downloads the seeded bytes with curl and gives the SHA-256 of what came.
    ///
    /// @param options for curl
    public String download(AddressFamily family, long bytes, long seed, String... options) {
        Path file = temporaryFile();
        try {
            List<String> arguments = new ArrayList<>(List.of(options));
            arguments.addAll(List.of("-o", file.toString(), url(family) + "/bytes/" + bytes + "/" + seed));
            curl(arguments).orFail();
            return SeededFile.sha256(file);
        } finally {
            delete(file);
        }
    }

    /// Uploads the seeded bytes with curl and gives the SHA-256 of what the server got.
    ///
    /// @param options for curl
    public String upload(AddressFamily family, long bytes, long seed, String... options) {
        Path file = temporaryFile();
        try {
            SeededFile.write(file, bytes, seed);
            List<String> arguments = new ArrayList<>(List.of(options));
            arguments.addAll(List.of("-T", file.toString(), url(family) + "/hash"));
            return curl(arguments).orFail().output();
        } finally {
            delete(file);
        }
    }

    /// Runs curl, quiet but for errors.
    public Ended curl(List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of("curl", "-sS", "--noproxy", "", "--max-time", Long.toString(LIMIT.toSeconds())));
        command.addAll(arguments);
        return lab.client().run(LIMIT.plus(MARGIN), "curl", command);
    }

    /// Runs curl, which asks `resolver` for names.
    public Ended curlAsking(String resolver, List<String> arguments) {
        Path file = lab.directory().resolve("resolv.conf");
        try {
            Files.writeString(file, "nameserver " + resolver + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // the mount is seen by nobody else: each command in a namespace of the network has a mount table of its own
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"", file.toString()));
        command.addAll(List.of("curl", "-sS", "--noproxy", "", "--max-time", "30"));
        command.addAll(arguments);
        return lab.client().run(LIMIT, "curl", command);
    }

    /// Runs one mode on `connections` connections at once, of `bytes` each.
    public TransferReport transfer(TransferMode mode, AddressFamily family, int connections, long bytes, long seed) {
        return report(startTransfer(mode, family, PORT, connections, bytes, seed));
    }

    /// Starts the same in the background, to any port.
    ///
    /// @param proxy nothing, or address and port of a SOCKS server that the client is to use by itself
    public LabProcess startTransfer(
            TransferMode mode,
            AddressFamily family,
            int port,
            int connections,
            long bytes,
            long seed,
            Object... proxy) {
        return startTransfer(mode, family.destination(), port, connections, Long.toString(bytes), seed, proxy);
    }

    /// Starts transfers of random sizes in the background.
    public LabProcess startTransfers(
            TransferMode mode, String address, int connections, long shortest, long longest, long seed) {
        return startTransfer(mode, address, PORT, connections, shortest + "-" + longest, seed);
    }

    private LabProcess startTransfer(
            TransferMode mode, String address, int port, int connections, String bytes, long seed, Object... proxy) {
        List<Object> arguments =
                new ArrayList<>(List.of(mode.word(), address, port, connections, bytes, seed, limit.toSeconds()));
        arguments.addAll(List.of(proxy));
        return lab.client().startJava("transfer-" + mode.word(), TransferClient.class, arguments.toArray());
    }

    /// Waits for a started transfer.
    public static TransferReport report(LabProcess transfer) {
        Ended ended = transfer.await(LIMIT.plus(MARGIN));
        TransferReport report = TransferReport.parse(ended.output());
        if (report.connections().isEmpty()) {
            throw new IllegalStateException(ended.toString());
        }
        return report;
    }

    @Override
    public void close() {
        transferServer.close();
    }

    private static String url(AddressFamily family) {
        return "http://" + family.urlDestination() + ":" + PORT;
    }

    private Path temporaryFile() {
        try {
            return Files.createTempFile(lab.directory(), "body", ".bin");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
