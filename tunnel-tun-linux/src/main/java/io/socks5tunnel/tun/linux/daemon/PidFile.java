// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// A file with the id of this process, decimal and with a newline, as long as the process runs.
final class PidFile implements AutoCloseable {
    private static final FileAttribute<?> READABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    private final Path path;
    private final String content;

    private PidFile(Path path, String content) {
        this.path = path;
        this.content = content;
    }

    /// Writes the file, over one that is there.
    ///
    /// @throws IOException if that cannot be done
    static PidFile write(Path path, long pid) throws IOException {
        String content = pid + "\n";
        try {
            makeReadable(path);
            Files.writeString(path, content);
            return new PidFile(path, content);
        } catch (IOException e) {
            throw new IOException("the pid file cannot be written: " + e.getMessage(), e);
        }
    }

    /// Whoever could write a process id there could have another process killed: a generous umask shall not allow
    /// it.
    private static void makeReadable(Path path) throws IOException {
        try {
            Files.createFile(path, READABLE);
        } catch (FileAlreadyExistsException _) {
            // Then it is as its maker wanted it.
        }
    }

    /// Removes the file, unless another process has put its own there.
    @Override
    public void close() {
        try {
            if (Files.readString(path).equals(content)) {
                Files.delete(path);
            }
        } catch (IOException _) {
            // It was removed or taken over meanwhile; either way it is not ours any more.
        }
    }
}
