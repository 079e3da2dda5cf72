// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("pid");
    }

    @Test
    void isThereAsLongAsItIsOpen() throws IOException {
        Files.writeString(path, "1234567 of a process that was killed\n");

        try (PidFile _ = PidFile.write(path, 4711)) {
            assertThat(Files.readString(path)).isEqualTo("4711\n");
        }

        assertThat(path).doesNotExist();
    }

    /// As where the umask forbids nothing.
    @Test
    void isWrittenByNobodyElse() throws IOException {
        Configuration generous = Configuration.unix().toBuilder()
                .setAttributeViews("posix")
                .setDefaultAttributeValue("posix:permissions", "rw-rw-rw-")
                .build();
        Path file = Jimfs.newFileSystem(generous).getPath("/work/pid");

        try (PidFile _ = PidFile.write(file, 4711)) {
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    @Test
    void isLeftToAnotherProcessThatTookItOver() throws IOException {
        try (PidFile _ = PidFile.write(path, 4711)) {
            Files.writeString(path, "4712\n");
        }

        assertThat(path).hasContent("4712\n");
    }

    @Test
    void mayBeGoneAtTheEnd() throws IOException {
        try (PidFile _ = PidFile.write(path, 4711)) {
            Files.delete(path);
        }

        assertThat(path).doesNotExist();
    }

    @Test
    void saysWhichFileCannotBeWritten() {
        assertThatThrownBy(() -> PidFile.write(directory.resolve("no/pid"), 4711))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the pid file cannot be written: ")
                .hasMessageEndingWith("no/pid");
    }
}
