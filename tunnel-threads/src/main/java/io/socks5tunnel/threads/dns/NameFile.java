// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A file of names and the IPv4 addresses that they were given, one pair per line, least recently used first. Its
/// last line counts them, so that a file that was cut is known from a whole one.
///
/// It tells where somebody goes on the net, so only its owner may read it.
final class NameFile {
    private static final String FIRST_LINE = "# socks5-tunnel names 1";
    private static final String LAST_LINE = "# names: ";
    private static final long MAX_LINE_BYTES = 15 + 1 + DomainName.MAX_CHARACTERS + 1;

    private final Path file;

    NameFile(Path file) {
        this.file = file;
    }

    /// A name and its IPv4 address.
    record Line(int address, String name) {}

    /// Reads all lines; none if there is no file.
    ///
    /// @param maxNames a file that may hold more than so many is not read
    /// @throws IOException if it cannot be read, or is not as [#save] writes it
    List<Line> load(int maxNames) throws IOException {
        List<Line> lines = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            if (Files.size(file) > (maxNames + 2L) * MAX_LINE_BYTES) {
                throw new IOException("it is larger than mapdns.cache-size allows");
            }
            String text = reader.readLine();
            if (!FIRST_LINE.equals(text)) {
                throw new IOException("it does not begin with \"" + FIRST_LINE + "\"");
            }
            for (text = reader.readLine(); text != null; text = reader.readLine()) {
                if (text.equals(LAST_LINE + lines.size())) {
                    return lines;
                }
                lines.add(line(text, lines.size() + 2));
            }
        } catch (NoSuchFileException _) {
            return lines;
        }
        throw new IOException("its end is missing");
    }

    /// Replaces the file, all at once: whoever reads it, even after a crash, finds the old or the new one.
    void save(List<Line> lines) throws IOException {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        for (Line line : lines) {
            appendAddress(text, line.address());
            text.append(' ').append(line.name()).append('\n');
        }
        text.append(LAST_LINE).append(lines.size()).append('\n');
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text.toString());
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(fresh, options, ownerOnly())) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private FileAttribute<?>[] ownerOnly() {
        boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return isPosix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static Line line(String text, int number) throws IOException {
        int space = text.indexOf(' ');
        String name = text.substring(space + 1);
        if (space < 0 || !DomainName.isHostName(name)) {
            throw new IOException("line " + number + " holds no name");
        }
        try {
            byte[] address = Inet4Address.ofLiteral(text.substring(0, space)).getAddress();
            return new Line(ByteBuffer.wrap(address).getInt(), name);
        } catch (IllegalArgumentException e) {
            throw new IOException("line " + number + " holds no address", e);
        }
    }

    private static void appendAddress(StringBuilder text, int address) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            text.append(address >>> shift & 0xff).append(shift == 0 ? "" : ".");
        }
    }
}
