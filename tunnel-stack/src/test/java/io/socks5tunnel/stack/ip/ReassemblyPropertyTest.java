// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.DatagramWorld.SECOND;
import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import io.socks5tunnel.stack.fixture.IpBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/// Reassembly against a model that knows bytes only: a bitmap of them, and who brought them. And slabs: what went
/// out of the pool comes back, whatever came in.
class ReassemblyPropertyTest {
    /// Fragments of any kind of one small datagram.
    @Property(tries = 1_000)
    @Tag("T-RA-1")
    @Tag("T-RA-2")
    @Tag("T-RA-4")
    void oneDatagramIsWhatAModelSays(@ForAll long seed, @ForAll boolean ipv4) {
        SplittableRandom random = new SplittableRandom(seed);
        DatagramWorld world = new DatagramWorld();
        IpBytes datagram = ip(ipv4).udp(4_000, 53, bytes(random, random.nextInt(120)));
        byte[] payload = datagram.payload();
        FragmentModel model = new FragmentModel(payload.length);
        int fragments = 1 + random.nextInt(12);
        for (int i = 0; i < fragments && !model.isComplete(); i++) {
            int start = random.nextInt(payload.length / 8 + 1) * 8;
            boolean isLast = random.nextInt(4) == 0;
            int units = 1 + random.nextInt(6);
            int end = isLast || start + 8 * units >= payload.length ? payload.length : start + 8 * units;
            boolean isMoreToCome = end < payload.length;
            if (random.nextInt(20) == 0) {
                isMoreToCome = !isMoreToCome;
            }
            boolean isAtomic = start == 0 && !isMoreToCome;
            if (end <= start || isMoreToCome && (end - start) % 8 != 0 || isAtomic) {
                continue;
            }
            world.receive(datagram.fragment(start, Arrays.copyOfRange(payload, start, end), isMoreToCome));
            model.add(start, end, !isMoreToCome);
            assertThat(world.arrived.size()).isEqualTo(model.isWholeAndRight() ? 1 : 0);
            assertThat(world.slabsHeld()).isEqualTo(model.heldSlabs());
        }
        assertThat(world.drops(DropReason.IP_FRAGMENT_DUPLICATE)).isEqualTo(model.duplicates());
        assertThat(world.drops(DropReason.IP_FRAGMENT_OVERLAP)).isEqualTo(model.overlaps());
        if (model.isWholeAndRight()) {
            assertThat(world.arrived.getFirst().payload()).isEqualTo(Arrays.copyOfRange(payload, 8, payload.length));
        }
        world.pass(61 * SECOND);
        assertThat(world.slabsHeld()).isZero();
        assertThat(world.drops(DropReason.IP_REASSEMBLY_TIMEOUT)).isEqualTo(model.waiting());
    }

    /// However a datagram is cut, in whatever order its pieces come, and however often those that are there already
    /// come again: it arrives once, as it was.
    @Property(tries = 500)
    @Tag("T-RA-1")
    void anyCutInAnyOrderWithDuplicatesIsTheDatagram(@ForAll long seed, @ForAll boolean ipv4) {
        SplittableRandom random = new SplittableRandom(seed);
        DatagramWorld world = new DatagramWorld();
        byte[] content = bytes(random, 16 + random.nextInt(5_000));
        IpBytes datagram = ip(ipv4).udp(4_000, 53, content);
        List<byte[]> pieces = new ArrayList<>();
        int length = datagram.payload().length;
        int most = 1 + random.nextInt(150);
        for (int from = 0; from < length; ) {
            // the first is never all of it
            int to = Math.min(from == 0 ? length - 1 & ~7 : length, from + 8 * (1 + random.nextInt(most)));
            pieces.add(datagram.fragment(from, to));
            from = to;
        }
        Collections.shuffle(pieces, new Random(seed));
        int duplicates = 0;
        for (int i = 0; i < pieces.size(); i++) {
            if (i > 0 && random.nextInt(4) == 0) {
                world.receive(pieces.get(random.nextInt(i)));
                duplicates++;
            }
            assertThat(world.arrived).isEmpty();
            world.receive(pieces.get(i));
        }
        assertThat(world.arrived).hasSize(1);
        assertThat(world.arrived.getFirst().payload()).isEqualTo(content);
        assertThat(world.drops(DropReason.IP_FRAGMENT_DUPLICATE)).isEqualTo(duplicates);
        assertThat(world.drops()).isEqualTo(duplicates);
    }

    /// Invariants I7 and I8 over many datagrams at once, shuffled, some with damage, while time passes.
    @Property(tries = 100)
    @Tag("T-RA-7")
    void manyAtOnceLeakNothingAndEveryFragmentIsAccountedFor(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DatagramWorld world = new DatagramWorld();
        world.pool.limit(1 + random.nextInt(80));
        int whole = 0;
        for (int i = 0; i < 600; i++) {
            boolean ipv4 = random.nextBoolean();
            IpBytes datagram = ip(ipv4).source((ipv4 ? "10.0.0." : "fd00::") + (2 + random.nextInt(4)))
                    .id(random.nextInt(60))
                    .udp(4_000, 53, new byte[100]);
            int part = random.nextInt(3);
            int shift = random.nextInt(30) == 0 ? 8 : 0;
            world.receive(datagram.fragment(part * 40 + (part == 2 ? 0 : shift), part == 2 ? 108 : part * 40 + 40));
            if (random.nextInt(50) == 0) {
                world.pass(random.nextLong(20 * SECOND));
            }
            whole = world.arrived.size();
        }
        world.pass(61 * SECOND);
        assertThat(world.slabsHeld()).isZero();
        assertThat(world.pool.outCount()).isOne();
        assertThat(world.drops() + 3L * whole).isEqualTo(600);
    }

    @Property(tries = 1_000)
    void anyBytesNeverThrowAndNeverLeak(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DatagramWorld world = new DatagramWorld();
        for (int i = 0; i < 8; i++) {
            world.receive(damaged(random));
        }
        world.pass(61 * SECOND);
        world.stack.abortAll(world.now);
        assertThat(world.slabsHeld()).isZero();
        assertThat(world.stack.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /// Sound packets of all kinds with some bytes changed, whose IPv4 header checksum is right again.
    private static byte[] damaged(SplittableRandom random) {
        boolean ipv4 = random.nextBoolean();
        IpBytes builder = ip(ipv4).id(random.nextInt(2));
        byte[] data = bytes(random, random.nextInt(200));
        IpBytes made = switch (random.nextInt(5)) {
            case 0 -> builder.udp(9, 53, data);
            case 1 -> builder.icmp(random.nextInt(256), random.nextInt(20), random.nextInt(), data);
            case 2 -> builder.carrying(random.nextInt(256), data);
            case 3 ->
                builder.icmp(
                        ipv4 ? 3 : 2,
                        ipv4 ? 4 : 0,
                        random.nextInt(2_000),
                        ip(ipv4).carrying(6, data).whole());
            default -> builder.carrying(new int[] {0, 43, 44, 60}[random.nextInt(4)], data);
        };
        int length = made.payload().length;
        int from = random.nextInt(length / 8 + 1) * 8;
        byte[] packet = random.nextBoolean()
                ? made.whole()
                : made.fragment(from, Math.min(length, from + 8 * random.nextInt(12)));
        for (int i = random.nextInt(4); i > 0; i--) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
        if (ipv4) {
            IpBytes.fixHeaderChecksum(packet);
        }
        return Arrays.copyOf(packet, random.nextInt(10) == 0 ? random.nextInt(packet.length + 1) : packet.length);
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
