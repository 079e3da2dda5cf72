// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Keeps the names of a tunnel in a file: reads them at the start, and writes them at the end and, on a thread of
/// its own, some time after a name was added. That thread sleeps while nothing is added. What goes wrong with the
/// file is logged, and nothing else: the tunnel works without it.
///
/// May be used from any thread.
public final class NameKeeper implements AutoCloseable {
    /// How long names wait to be written: what a crash may lose.
    static final long SAVE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final Logger LOGGER = System.getLogger(NameKeeper.class.getName());

    private final MapDns names;
    private final NameFile file;
    private final long saveAfterNanos;

    /// Whether the thread has been told of a name that is not in the file.
    private final AtomicBoolean isDue = new AtomicBoolean();

    /// Volatile: written by [#close], read by the thread.
    private volatile boolean isClosed;

    private @Nullable Thread thread;
    private long savedChanges;

    /// A keeper that has not read anything yet.
    public NameKeeper(MapDns names, Path file) {
        this(names, file, SAVE_AFTER_NANOS);
    }

    NameKeeper(MapDns names, Path file, long saveAfterNanos) {
        this.names = names;
        this.file = new NameFile(file);
        this.saveAfterNanos = saveAfterNanos;
    }

    /// Fills the table with what the file holds. A file that is not as it should be is left alone, and replaced
    /// when there is something to write.
    public void load(long nowNanos) {
        try {
            List<NameTable.Mapping> mappings = new ArrayList<>();
            for (NameFile.Line line : file.load(names.capacity())) {
                int slot = names.network().slotOfIpv4(line.address());
                if (slot != MappedNetwork.NO_SLOT) {
                    mappings.add(new NameTable.Mapping(line.name(), slot));
                }
            }
            names.table().restore(mappings, nowNanos);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "mapdns.file " + file + " is not used, all names begin anew: " + e.getMessage());
        }
    }

    /// Starts the thread.
    public void start() {
        Thread started =
                Thread.ofPlatform().name("socks5-tunnel-names").daemon().unstarted(this::saveNowAndThen);
        thread = started;
        names.table().whenChanged(() -> {
            if (isDue.compareAndSet(false, true)) {
                LockSupport.unpark(started);
            }
        });
        started.start();
    }

    /// Ends the thread and writes what is not in the file yet.
    @Override
    public void close() {
        isClosed = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
        saveChanges();
    }

    private void saveNowAndThen() {
        while (!isClosed) {
            while (!isClosed && !isDue.get()) {
                LockSupport.park(this);
            }
            long end = System.nanoTime() + saveAfterNanos;
            for (long left = saveAfterNanos; !isClosed && left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            isDue.set(false);
            saveChanges();
        }
    }

    private synchronized void saveChanges() {
        long changes = names.table().changes();
        if (changes == savedChanges) {
            return;
        }
        try {
            file.save(names.table().mappings().stream()
                    .map(mapping -> new NameFile.Line(names.network().ipv4(mapping.slot()), mapping.name()))
                    .toList());
            savedChanges = changes;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "the names could not be written to mapdns.file " + file + ": " + e);
        }
    }
}
