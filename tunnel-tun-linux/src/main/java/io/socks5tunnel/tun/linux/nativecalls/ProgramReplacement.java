// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Starts the program of this process anew in its place: the process keeps its id, its standard streams and the
/// descriptors that it is told to keep, and loses all threads, all other descriptors and everything in memory.
public final class ProgramReplacement {
    private static final String ITSELF = "/proc/self/exe";
    private static final Path OPEN_DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int FIRST_THAT_IS_NO_STREAM = 3;

    private ProgramReplacement() {}

    /// Does not return unless it fails.
    ///
    /// @param commandLine of this process, as `/proc/self/cmdline` has it: each word with a zero behind it
    /// @param option to stand in front of all other arguments
    /// @param descriptors to keep
    /// @return why it failed
    public static NativeCallException start(byte[] commandLine, String option, List<Integer> descriptors) {
        List<byte[]> words = words(commandLine);
        words.add(1, option.getBytes(StandardCharsets.US_ASCII));
        // By the name it was called by, which is what it is called in lists of processes.
        byte[] path = contains(words.getFirst(), '/') ? words.getFirst() : ITSELF.getBytes(StandardCharsets.US_ASCII);
        words.add(path);
        try (Memory memory = strings(words)) {
            keepOnly(descriptors);
            int last = words.size() - 1;
            Pointer program = memory.getPointer((long) last * Native.POINTER_SIZE);
            memory.setPointer((long) last * Native.POINTER_SIZE, Pointer.NULL);
            CLibrary.execv(program, memory);
            throw new IllegalStateException("execv returned");
        } catch (LastErrorException e) {
            return new NativeCallException("starting the program anew", e.getErrorCode());
        }
    }

    /// The JVM's own files are not all closed on exec. One that was closed since it was listed does no harm.
    private static void keepOnly(List<Integer> kept) {
        String[] open = Objects.requireNonNullElse(OPEN_DESCRIPTORS.toFile().list(), new String[0]);
        for (String name : open) {
            int descriptor = Integer.parseInt(name);
            if (kept.contains(descriptor)) {
                setFlags(descriptor, 0);
            } else if (descriptor >= FIRST_THAT_IS_NO_STREAM) {
                setFlags(descriptor, FD_CLOEXEC);
            }
        }
    }

    private static void setFlags(int descriptor, int flags) {
        try {
            CLibrary.fcntl(descriptor, F_SETFD, flags);
        } catch (LastErrorException e) {
            // EBADF: it is gone.
        }
    }

    /// What stands between zeros; raw, since file names need not be text.
    static List<byte[]> words(byte[] commandLine) {
        List<byte[]> words = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                byte[] word = new byte[i - begin];
                System.arraycopy(commandLine, begin, word, 0, word.length);
                words.add(word);
                begin = i + 1;
            }
        }
        return words;
    }

    private static boolean contains(byte[] word, char wanted) {
        for (byte character : word) {
            if (character == wanted) {
                return true;
            }
        }
        return false;
    }

    /// A pointer to each word, and behind all of them the words, each with a zero behind it.
    private static Memory strings(List<byte[]> words) {
        long at = (long) words.size() * Native.POINTER_SIZE;
        long bytes = at;
        for (byte[] word : words) {
            bytes += word.length + 1;
        }
        Memory memory = new Memory(bytes);
        memory.clear();
        for (int i = 0; i < words.size(); i++) {
            byte[] word = words.get(i);
            memory.write(at, word, 0, word.length);
            memory.setPointer((long) i * Native.POINTER_SIZE, memory.share(at));
            at += word.length + 1;
        }
        return memory;
    }
}
