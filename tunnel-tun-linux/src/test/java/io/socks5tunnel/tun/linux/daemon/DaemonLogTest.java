// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.ProcessSettings.LogLevel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonLogTest {
    private static final System.Logger LOG = System.getLogger("io.socks5tunnel.some.Class");

    private final FileSystem files = Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setAttributeViews("posix").build());
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private DaemonLog open(String file, LogLevel level) throws IOException {
        var settings = new ProcessSettings(file, level, Optional.empty(), 1024);
        return DaemonLog.open(settings, files.getPath(file), new PrintWriter(out), new PrintWriter(err));
    }

    private static void logOneOfEach() {
        LOG.log(System.Logger.Level.DEBUG, "four");
        LOG.log(System.Logger.Level.INFO, "{0} {1}", "three", 3);
        LOG.log(System.Logger.Level.WARNING, "two\nlines");
        LOG.log(System.Logger.Level.ERROR, "one", new IOException("why"));
    }

    @Test
    void aLineHasTimeLevelAndText() throws Exception {
        try (var log = open("stderr", LogLevel.DEBUG)) {
            logOneOfEach();
            assertThat(log.isOnConsole()).isTrue();
        }
        String time = "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d] ";
        assertThat(err.toString())
                .matches(time + "\\[D] four\n" + time + "\\[I] three 3\n" + time + "\\[W] two lines\n" + time
                        + "\\[E] one: java.io.IOException: why\n");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"DEBUG, 4", "INFO, 3", "WARN, 2", "ERROR, 1"})
    void theLevelIsTheLeastSevereThatIsWritten(LogLevel level, int lines) throws Exception {
        try (var _ = open("stdout", level)) {
            logOneOfEach();
        }
        assertThat(out.toString()).hasLineCount(lines);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aFullDiskIsToldOnceInOneLine() throws Exception {
        var smallDisk = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setAttributeViews("posix")
                .setBlockSize(512)
                .setMaxSize(1024)
                .build());
        var settings = new ProcessSettings("/log", LogLevel.ERROR, Optional.empty(), 1024);
        try (var _ = DaemonLog.open(settings, smallDisk.getPath("/log"), new PrintWriter(out), new PrintWriter(err))) {
            for (int i = 0; i < 3; i++) {
                LOG.log(System.Logger.Level.ERROR, "-".repeat(2000));
            }
        }

        assertThat(err.toString()).isEqualTo("socks5-tunnel: writing the log failed: out of disk space\n");
    }

    @Test
    void aFileIsContinuedAndIsNotForEverybody() throws Exception {
        var file = files.getPath("/work/log");
        for (int run = 0; run < 2; run++) {
            try (var log = open("/work/log", LogLevel.ERROR)) {
                logOneOfEach();
                assertThat(log.isOnConsole()).isFalse();
            }
        }
        assertThat(Files.readAllLines(file)).hasSize(2).allMatch(line -> line.contains("[E] one"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void nullMeansNoLog() throws Exception {
        try (var _ = open("null", LogLevel.DEBUG)) {
            logOneOfEach();
        }
        assertThat(out.toString() + err).isEmpty();
        assertThat(Files.exists(files.getPath("null"))).isFalse();
    }

    @Test
    void aFileThatCannotBeOpenedIsNamed() {
        assertThatThrownBy(() -> open("/no/such/folder/log", LogLevel.WARN))
                .isInstanceOf(IOException.class)
                .hasMessage("the log file cannot be opened: /no/such/folder/log");
    }
}
