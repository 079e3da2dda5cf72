// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    Path directory;

    @Test
    void appendsToWhatIsThere() throws IOException {
        Path path = Files.writeString(directory.resolve("log"), "before\n");

        try (LogFile log = LogFile.open(path)) {
            log.write("žluťoučký\n");
        }

        assertThat(path).hasContent("before\nžluťoučký\n");
    }

    @Test
    void makesAFileThatOthersCannotRead() throws IOException {
        Path path = directory.resolve("log");

        try (LogFile _ = LogFile.open(path)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .doesNotContain("x")
                    .endsWith("---");
        }
    }

    @Test
    void followsAFileThatWasMovedAway() throws IOException {
        Path path = directory.resolve("log");
        try (LogFile log = LogFile.open(path)) {
            log.write("one\n");
            Files.move(path, directory.resolve("log.1"));
            log.write("two\n");
            log.write("three\n");
        }

        assertThat(directory.resolve("log.1")).hasContent("one\n");
        assertThat(path).hasContent("two\nthree\n");
    }

    @Test
    void followsAFileThatAnotherOneTookThePlaceOf() throws IOException {
        Path path = directory.resolve("log");
        try (LogFile log = LogFile.open(path)) {
            Files.move(path, directory.resolve("log.1"));
            Files.writeString(path, "new\n");
            log.write("one\n");
        }

        assertThat(path).hasContent("new\none\n");
    }

    @Test
    void staysWithTheOldFileWhereNoneCanBeMade() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        try (LogFile log = LogFile.open(folder.resolve("log"))) {
            log.write("one\n");
            Files.move(folder, directory.resolve("elsewhere"));
            log.write("two\n");
        }

        assertThat(directory.resolve("elsewhere/log")).hasContent("one\ntwo\n");
    }

    @Test
    void saysWhichFileCannotBeOpened() {
        assertThatThrownBy(() -> LogFile.open(directory.resolve("no/log")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the log file cannot be opened: ")
                .hasMessageEndingWith("no/log");
    }
}
