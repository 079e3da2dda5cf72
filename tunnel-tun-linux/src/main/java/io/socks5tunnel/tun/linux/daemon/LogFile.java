// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file that lines are appended to, and that may be moved away meanwhile, as programs that rotate logs do: the
/// next line then goes to a new file of the old name.
///
/// Whether it was moved is looked at before each line, since an idle process shall not wake up for it. Not for
/// several threads at once.
final class LogFile extends Writer {
    private static final FileAttribute<?> PERMISSIONS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private final Path path;
    private SeekableByteChannel channel;
    private @Nullable Object identity;

    private LogFile(Path path) throws IOException {
        this.path = path;
        channel = append(path);
        identity = identity(path);
    }

    /// Opens a file, or makes it, readable to its owner and group alone.
    ///
    /// @throws IOException if that cannot be done
    static LogFile open(Path path) throws IOException {
        try {
            return new LogFile(path);
        } catch (IOException e) {
            throw new IOException("the log file cannot be opened: " + e.getMessage(), e);
        }
    }

    /// Appends a line.
    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
        follow();
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters, offset, length));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /// Where no new file can be made, the old one is better than none.
    private void follow() {
        if (Objects.equals(identity(path), identity)) {
            return;
        }
        try {
            SeekableByteChannel old = channel;
            channel = append(path);
            identity = identity(path);
            old.close();
        } catch (IOException _) {
            // The line goes to the old file; the next one tries again.
        }
    }

    private static SeekableByteChannel append(Path path) throws IOException {
        return Files.newByteChannel(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PERMISSIONS);
    }

    /// What stays the same when a file is renamed, null where there is no file.
    private static @Nullable Object identity(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException _) {
            return null;
        }
    }
}
