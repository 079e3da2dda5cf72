// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.ProcessSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Takes over the logging of this process, and writes lines as hev-socks5-tunnel does:
///
/// ```
/// [2026-11-22 16:41:07] [W] text
/// ```
///
/// Only until [#close], which puts back what was there.
final class DaemonLog implements AutoCloseable {

    private final Logger root = Logger.getLogger("");
    private final Handler[] handlersBefore = root.getHandlers();
    private final Lines handler;
    private final boolean isOnConsole;

    private DaemonLog(Lines handler, Level level, boolean isOnConsole) {
        this.handler = handler;
        this.isOnConsole = isOnConsole;
        for (Handler before : handlersBefore) {
            root.removeHandler(before);
        }
        root.addHandler(handler);
        ProjectLogger.instance().begin(handler, level);
    }

    /// Opens the log that `settings` describe.
    ///
    /// @param file the path that they name, if it is one
    /// @param out where `stdout` goes; stays open
    /// @param err where `stderr` goes; stays open
    /// @throws IOException if the file cannot be opened
    static DaemonLog open(ProcessSettings settings, Path file, PrintWriter out, PrintWriter err) throws IOException {
        Level level = level(settings.logLevel());
        return switch (settings.logFile()) {
            case "null" -> new DaemonLog(new Lines(Writer.nullWriter(), false, err), Level.OFF, false);
            case "stdout" -> new DaemonLog(new Lines(out, false, err), level, true);
            case "stderr" -> new DaemonLog(new Lines(err, false, err), level, true);
            default -> new DaemonLog(new Lines(LogFile.open(file), true, err), level, false);
        };
    }

    private static Level level(ProcessSettings.LogLevel level) {
        return switch (level) {
            case DEBUG -> Level.FINE;
            case INFO -> Level.INFO;
            case WARN -> Level.WARNING;
            case ERROR -> Level.SEVERE;
        };
    }

    /// Whether the lines go where a person sees them at once.
    boolean isOnConsole() {
        return isOnConsole;
    }

    @Override
    public void close() {
        root.removeHandler(handler);
        for (Handler before : handlersBefore) {
            root.addHandler(before);
        }
        ProjectLogger.instance().end();
        handler.end();
    }

    /// Writes each record as one line, in one piece.
    private static final class Lines extends Handler {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

        private final SimpleFormatter messages = new SimpleFormatter();
        private final Writer writer;
        private final boolean isOwner;

        /// @param err is told once when lines get lost
        Lines(Writer writer, boolean isOwner, PrintWriter err) {
            this.writer = writer;
            this.isOwner = isOwner;
            setErrorManager(new OneLine(err));
        }

        @Override
        public synchronized void publish(LogRecord record) {
            if (!isLoggable(record)) {
                return;
            }
            try {
                writer.write(line(record));
                writer.flush();
            } catch (IOException e) {
                reportError("writing the log failed", e, ErrorManager.WRITE_FAILURE);
            }
        }

        private String line(LogRecord record) {
            String time = TIME.format(record.getInstant().atZone(ZoneId.systemDefault()));
            String cause = record.getThrown() == null ? "" : ": " + record.getThrown();
            String text = messages.formatMessage(record) + cause;
            return "[" + time + "] [" + letter(record.getLevel()) + "] " + text.replace('\n', ' ') + "\n";
        }

        private static char letter(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return 'E';
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return 'W';
            }
            return level.intValue() >= Level.INFO.intValue() ? 'I' : 'D';
        }

        @Override
        public synchronized void flush() {
            // Every line was flushed.
        }

        /// Called by the JDK when a shutdown begins, which is too early.
        @Override
        public void close() {
            // The end is told by end().
        }

        synchronized void end() {
            if (isOwner) {
                try {
                    writer.close();
                } catch (IOException e) {
                    reportError("closing the log failed", e, ErrorManager.CLOSE_FAILURE);
                }
            }
        }
    }

    /// Tells of the first failure in one line, where the JDK would print a stack trace. A full disk is no mistake
    /// of the program.
    private static final class OneLine extends ErrorManager {
        private final PrintWriter err;
        private boolean isTold;

        OneLine(PrintWriter err) {
            this.err = err;
        }

        @Override
        public synchronized void error(String what, Exception cause, int code) {
            if (!isTold) {
                isTold = true;
                err.println("socks5-tunnel: " + what + ": " + cause.getMessage());
                err.flush();
            }
        }
    }
}
