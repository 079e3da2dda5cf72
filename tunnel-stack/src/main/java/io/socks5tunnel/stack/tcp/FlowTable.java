// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.SipHash;
import io.socks5tunnel.stack.wire.SegmentView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The flows of one shard by their key: looked up without an allocation, hashed with a secret (clients choose
/// keys), and with the last flow found kept at hand, because bursts hit the same flow. Grows and shrinks. Confined
/// to one shard.
///
/// Flows lie densely, numbered from 0, their keys as primitives beside them. An open-addressing table of twice as
/// many buckets holds the upper half of a flow's hash and its number, so that probing seldom touches a key.
/// Removing shifts the buckets that follow back, which leaves nothing behind, and gives the last flow the free
/// number.
///
/// @param <V> what belongs to a flow
public final class FlowTable<V> {
    /// Bytes of the secret, of which the upper half is the hash key.
    public static final int SECRET_BYTES = 32;

    private static final int WORDS = 5;
    private static final int MIN_FLOWS = 32;
    private static final long EMPTY = 0;
    private static final int NONE = -1;

    private final SipHash hash;
    private long[] keys = new long[MIN_FLOWS * WORDS];
    private int[] hashes = new int[MIN_FLOWS];
    private @Nullable Object[] values = new @Nullable Object[MIN_FLOWS];
    private long[] buckets = new long[2 * MIN_FLOWS];
    private int size;
    private int last = NONE;

    /// An empty table whose hash key is made of bytes 16 to 31 of `secret`.
    ///
    /// @throws IllegalArgumentException if `secret` is shorter
    public FlowTable(byte[] secret) {
        if (secret.length < SECRET_BYTES) {
            throw new IllegalArgumentException("a secret of " + secret.length + " bytes");
        }
        ByteBuffer key = ByteBuffer.wrap(secret);
        hash = SipHash.fast(key.getLong(16), key.getLong(24));
    }

    /// The key of a segment. Allocates; for new flows only.
    public static FlowKey keyOf(SegmentView segment) {
        return new FlowKey(
                segment.clientHigh(),
                segment.clientLow(),
                segment.clientPort(),
                segment.destinationHigh(),
                segment.destinationLow(),
                segment.destinationPort());
    }

    /// The flow that a segment belongs to, or null.
    public @Nullable V find(SegmentView segment) {
        return find(
                segment.clientHigh(),
                segment.clientLow(),
                segment.clientPort(),
                segment.destinationHigh(),
                segment.destinationLow(),
                segment.destinationPort());
    }

    /// The flow of a key, or null.
    public @Nullable V find(FlowKey key) {
        return find(
                key.clientHigh(),
                key.clientLow(),
                key.clientPort(),
                key.destinationHigh(),
                key.destinationLow(),
                key.destinationPort());
    }

    /// The flow of a key in pieces, or null.
    public @Nullable V find(
            long clientHigh,
            long clientLow,
            int clientPort,
            long destinationHigh,
            long destinationLow,
            int destinationPort) {
        long ports = (long) clientPort << 16 | destinationPort;
        int flow = last;
        if (flow == NONE || !isAt(flow, clientHigh, clientLow, destinationHigh, destinationLow, ports)) {
            int hashed = hashOf(clientHigh, clientLow, destinationHigh, destinationLow, ports);
            flow = locate(hashed, clientHigh, clientLow, destinationHigh, destinationLow, ports);
            if (flow == NONE) {
                return null;
            }
            last = flow;
        }
        return valueAt(flow);
    }

    /// Adds or replaces.
    ///
    /// @return what it replaced, or null
    public @Nullable V put(FlowKey key, V value) {
        V old = find(key);
        if (old != null) {
            values[last] = value;
            return old;
        }
        if (size == values.length) {
            resize(2 * size);
        }
        int flow = size++;
        int word = flow * WORDS;
        keys[word] = key.clientHigh();
        keys[word + 1] = key.clientLow();
        keys[word + 2] = key.destinationHigh();
        keys[word + 3] = key.destinationLow();
        keys[word + 4] = (long) key.clientPort() << 16 | key.destinationPort();
        hashes[flow] = hashOf(keys[word], keys[word + 1], keys[word + 2], keys[word + 3], keys[word + 4]);
        values[flow] = value;
        insert(flow);
        last = flow;
        return null;
    }

    /// Removes.
    ///
    /// @return what it removed, or null
    public @Nullable V remove(FlowKey key) {
        V old = find(key);
        if (old == null) {
            return null;
        }
        int flow = last;
        last = NONE;
        emptyBucket(bucketOf(flow));
        size--;
        if (flow != size) {
            buckets[bucketOf(size)] = bucket(flow, hashes[size]);
            System.arraycopy(keys, size * WORDS, keys, flow * WORDS, WORDS);
            hashes[flow] = hashes[size];
            values[flow] = values[size];
        }
        values[size] = null;
        if (size < values.length / 4 && values.length > MIN_FLOWS) {
            resize(values.length / 2);
        }
        return old;
    }

    /// How many flows there are.
    public int size() {
        return size;
    }

    /// Flow `index`, 0 to [#size()] - 1. The order depends on what was put and removed, in which order, and on
    /// nothing else. [#remove] moves the last flow to the place of the removed one; a loop from the last to the
    /// first may therefore remove the flow it stands at.
    public V valueAt(int index) {
        Object value = index < size ? values[index] : null;
        if (value == null) {
            throw new IndexOutOfBoundsException(index);
        }
        @SuppressWarnings("unchecked") // only put stores into values
        V typed = (V) value;
        return typed;
    }

    /// Flows that fit before the table grows: what a test looks at to see it grow and shrink.
    int capacity() {
        return values.length;
    }

    private int locate(
            int hashed, long clientHigh, long clientLow, long destinationHigh, long destinationLow, long ports) {
        int mask = buckets.length - 1;
        for (int i = hashed & mask; ; i = i + 1 & mask) {
            long bucket = buckets[i];
            if (bucket == EMPTY) {
                return NONE;
            }
            if (hashIn(bucket) == hashed
                    && isAt(flowIn(bucket), clientHigh, clientLow, destinationHigh, destinationLow, ports)) {
                return flowIn(bucket);
            }
        }
    }

    private boolean isAt(
            int flow, long clientHigh, long clientLow, long destinationHigh, long destinationLow, long ports) {
        int word = flow * WORDS;
        return keys[word + 4] == ports
                && keys[word + 1] == clientLow
                && keys[word + 3] == destinationLow
                && keys[word] == clientHigh
                && keys[word + 2] == destinationHigh;
    }

    private int hashOf(long clientHigh, long clientLow, long destinationHigh, long destinationLow, long ports) {
        return (int) hash.begin()
                .add(clientHigh)
                .add(clientLow)
                .add(destinationHigh)
                .add(destinationLow)
                .add(ports)
                .finish();
    }

    private int bucketOf(int flow) {
        int mask = buckets.length - 1;
        int i = hashes[flow] & mask;
        while (flowIn(buckets[i]) != flow) {
            i = i + 1 & mask;
        }
        return i;
    }

    private void insert(int flow) {
        int mask = buckets.length - 1;
        int i = hashes[flow] & mask;
        while (buckets[i] != EMPTY) {
            i = i + 1 & mask;
        }
        buckets[i] = bucket(flow, hashes[flow]);
    }

    // A later bucket moves into the hole unless that lies before the place its hash asks for.
    private void emptyBucket(int at) {
        int mask = buckets.length - 1;
        int hole = at;
        for (int i = at + 1 & mask; buckets[i] != EMPTY; i = i + 1 & mask) {
            int home = hashIn(buckets[i]) & mask;
            if ((i - home & mask) >= (i - hole & mask)) {
                buckets[hole] = buckets[i];
                hole = i;
            }
        }
        buckets[hole] = EMPTY;
    }

    private void resize(int flows) {
        keys = Arrays.copyOf(keys, flows * WORDS);
        hashes = Arrays.copyOf(hashes, flows);
        values = Arrays.copyOf(values, flows);
        buckets = new long[2 * flows];
        for (int flow = 0; flow < size; flow++) {
            insert(flow);
        }
    }

    private static long bucket(int flow, int hashed) {
        return (long) hashed << 32 | flow + 1;
    }

    private static int hashIn(long bucket) {
        return (int) (bucket >>> 32);
    }

    private static int flowIn(long bucket) {
        return (int) bucket - 1;
    }
}
