// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.datagram;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.transfer.SeededBytes;
import io.socks5tunnel.it.transfer.SeededFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// HTTP/3 as ngtcp2 speaks it: its server where the destinations are, and its client where the applications are.
public final class QuicServer {
    private static final int PORT = 7443;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final long SEED = 7;

    private final NetworkLab lab;
    private final Path served;

    private QuicServer(NetworkLab lab, Path served) {
        this.lab = lab;
        this.served = served;
    }

    /// Starts the server at the destination of a family.
    public static QuicServer start(NetworkLab lab, AddressFamily family) {
        Path served = lab.directory();
        Path key = served.resolve("quic.key");
        Path certificate = served.resolve("quic.pem");
        lab.server()
                .run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-subj",
                        "/CN=lab.example",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .orFail();
        List<String> command = List.of(
                "gtlsserver",
                "-q",
                "--htdocs",
                served.toString(),
                family.destination(),
                Integer.toString(PORT),
                key.toString(),
                certificate.toString());
        LabProcess server = lab.server().start("quic-server", command);
        server.awaitUntil("QUIC server listens", START_LIMIT, () -> isBound(lab));
        return new QuicServer(lab, served);
    }

    /// Fetches seeded bytes, and gives the SHA-256 of what came.
    public String download(AddressFamily family, long bytes) {
        Path file = served.resolve("body-" + bytes + ".bin");
        Path directory = served.resolve("download");
        Path copy = directory.resolve(file.getFileName());
        try {
            SeededFile.write(file, bytes, SEED);
            Files.createDirectories(directory);
            String address = family.destination();
            String url = "https://" + family.urlDestination() + ":" + PORT + "/" + file.getFileName();
            List<String> command = List.of(
                    "gtlsclient",
                    "-q",
                    "--exit-on-all-streams-close",
                    "--download",
                    directory.toString(),
                    address,
                    Integer.toString(PORT),
                    url);
            lab.client().run(LIMIT, "quic-client", command).orFail();
            return SeededFile.sha256(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(copy);
            delete(directory);
            delete(file);
        }
    }

    /// The SHA-256 of what is served.
    public static String expected(long bytes) {
        return SeededBytes.sha256(SEED, bytes);
    }

    private static boolean isBound(NetworkLab lab) {
        return lab.server()
                .run("ss", "-Hlun", "sport", "=", ":" + PORT)
                .output()
                .contains(":" + PORT);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
