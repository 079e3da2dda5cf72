// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import io.socks5tunnel.stack.inspect.StackView;
import io.socks5tunnel.stack.ip.Datagram;
import io.socks5tunnel.stack.ip.DropCounts;
import io.socks5tunnel.stack.ip.IcmpInput;
import io.socks5tunnel.stack.ip.IcmpSender;
import io.socks5tunnel.stack.ip.IpInput;
import io.socks5tunnel.stack.ip.IpOutput;
import io.socks5tunnel.stack.ip.QuotedSegment;
import io.socks5tunnel.stack.ip.Reassembly;
import io.socks5tunnel.stack.tcp.TcpFlows;
import io.socks5tunnel.stack.udp.UdpInput;
import io.socks5tunnel.stack.udp.UdpOutput;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.SegmentView;
import org.jspecify.annotations.Nullable;

/// The packet stack of one shard: terminates TCP for every destination, and passes on UDP. Confined to one shard.
///
/// It knows no thread, clock, socket, file, random source or log: the same calls give the same packets and events.
/// A caller hands in all packets of a burst, lets the relays read and write their flows, and then calls [#poll]
/// once, which sends what all that made possible, one acknowledgement per flow, and ends every view of the burst.
public final class PacketStack {
    /// "Never", as [Reactor#NO_DEADLINE].
    public static final long NO_DEADLINE = Reactor.NO_DEADLINE;

    private final IpInput ipInput = new IpInput();
    private final SegmentView segment = new SegmentView();
    private final UdpDatagram udpDatagram = new UdpDatagram();
    private final DropCounts drops = new DropCounts();
    private final FlowListener listener;
    private final TcpFlows tcp;
    private final UdpOutput udpOutput;
    private final IcmpInput icmpInput;
    private final OutboundPacket outgoing;
    private final IcmpSender icmpSender;
    private final Reassembly reassembly;

    /// A stack without flows. It takes one slab for the headers of what it sends and keeps it.
    ///
    /// @param secret 32 unpredictable bytes, the key of initial sequence numbers (RFC 6528) and of the flow table
    /// @throws IllegalStateException if the pool is empty
    public PacketStack(StackConfig config, PacketSink sink, SlabPool slabs, FlowListener listener, byte[] secret) {
        Slab headers = slabs.tryTake();
        if (headers == null) {
            throw new IllegalStateException("no slab for the headers of outgoing packets");
        }
        this.listener = listener;
        outgoing = new OutboundPacket(headers);
        tcp = new TcpFlows(config, sink, outgoing, slabs, listener, secret, drops);
        icmpSender = new IcmpSender(sink, outgoing, config.mtuBytes());
        reassembly = new Reassembly(slabs, icmpSender, drops, secret);
        IpOutput output = new IpOutput(config.mtuBytes(), sink, outgoing, secret);
        icmpInput = new IcmpInput(output, config.isEchoAnswered());
        udpOutput = new UdpOutput(sink, output);
    }

    /// Takes one packet in. The bytes may be viewed until the next [#poll]; the packet's slab may be detached from
    /// the burst. Never throws on account of a packet.
    public void receive(InboundPacket packet, long nowNanos) {
        DropReason reason = take(packet, false, nowNanos);
        if (reason != null) {
            drops.count(reason);
        }
    }

    /// Sends one UDP datagram to a client, in fragments if it is larger than the MTU.
    ///
    /// @param fromHigh upper half of the address it comes from, in the form of flow keys
    /// @param fromPort 0 to 65535
    /// @param slab holds the payload at `[offset, offset + length)`; it is not kept
    /// @param length 0 to 65507 bytes over IPv4, 65527 over IPv6
    /// @return false if it was not sent: the families differ, it is too long, or the device lost it
    public boolean sendDatagram(
            ClientSource to, long fromHigh, long fromLow, int fromPort, Slab slab, int offset, int length) {
        return udpOutput.send(to, fromHigh, fromLow, fromPort, slab, offset, length);
    }

    /// How many datagrams of `length` bytes each may go to a client with one call of [#sendDatagrams]: up to 64 and
    /// 65535 bytes with headers if the device takes UDP super-segments and each fits the MTU, otherwise 1.
    public int datagramsTogether(ClientSource to, int length) {
        return udpOutput.datagramsTogether(to, length);
    }

    /// Sends several UDP datagrams of one source to a client in one packet, as many as [#datagramsTogether] says.
    /// The client's kernel takes it apart.
    ///
    /// @param fromHigh upper half of the address they come from, in the form of flow keys
    /// @param fromPort 0 to 65535
    /// @param payloads the payloads in a row; the slabs are not kept
    /// @param datagramBytes of each, from 1; the last may have less, but not 0
    /// @return false if none was sent: the families differ, or the device lost the packet
    public boolean sendDatagrams(
            ClientSource to, long fromHigh, long fromLow, int fromPort, GatherList payloads, int datagramBytes) {
        return udpOutput.sendTogether(to, fromHigh, fromLow, fromPort, payloads, datagramBytes);
    }

    /// Tells the client that a datagram goes nowhere, if the rate limit lets it. During
    /// [FlowListener#onDatagram] only.
    public void refuse(UdpDatagram datagram, DatagramRefusal refusal, long nowNanos) {
        icmpSender.refuse(datagram, refusal, nowNanos);
    }

    /// Tells the client that a datagram is too big to be carried (ICMP 3/4, ICMPv6 2), if the rate limit lets it.
    /// During [FlowListener#onDatagram] only.
    ///
    /// @param maxPayloadBytes the largest UDP payload that could have been carried
    public void refuseTooBig(UdpDatagram datagram, int maxPayloadBytes, long nowNanos) {
        icmpSender.refuseTooBig(datagram, maxPayloadBytes, nowNanos);
    }

    /// As [#refuse], about a datagram that came some time ago.
    ///
    /// @param about holds its packet at `[offset, offset + length)`, which need not be there to its end
    public void refuseLate(Slab about, int offset, int length, DatagramRefusal refusal, long nowNanos) {
        icmpSender.refuseLate(about.bytes(), offset, length, refusal, nowNanos);
    }

    /// As [#refuseTooBig], about a datagram that came some time ago.
    ///
    /// @param about holds its packet at `[offset, offset + length)`, which need not be there to its end
    public void refuseLateTooBig(Slab about, int offset, int length, int maxPayloadBytes, long nowNanos) {
        icmpSender.refuseLateTooBig(about.bytes(), offset, length, maxPayloadBytes, nowNanos);
    }

    /// Runs due timers and sends what is due for every flow touched since the last call. Must come before the burst
    /// whose packets were received is cleared.
    public void poll(long nowNanos) {
        reassembly.poll(nowNanos);
        tcp.poll(nowNanos);
        reassembly.endBurst();
    }

    /// When [#poll] must be called at the latest, or [#NO_DEADLINE].
    public long nextDeadlineNanos() {
        return Math.min(tcp.nextDeadlineNanos(), reassembly.nextDeadlineNanos());
    }

    /// Sends RST for every flow and forgets all of them, and all fragments; handlers are told
    /// [TcpFlowHandler#onReset].
    public void abortAll(long nowNanos) {
        tcp.abortAll(nowNanos);
        reassembly.clear();
    }

    /// Leaves to the collector what is kept so that the next packets cost no allocation: after a busy time, of which
    /// it keeps as much as was needed at once. The next packets make it anew.
    public void discardSpares() {
        tcp.discardSpares();
        outgoing.reset();
    }

    /// Flows in any state, requests and TIME-WAIT included.
    public int flowCount() {
        return tcp.size();
    }

    /// What the flow table holds and every connection looks like inside, for tests and simulations. Allocates.
    public StackView inspect() {
        return tcp.inspect();
    }

    /// Packets dropped for `reason` since the start.
    public long drops(DropReason reason) {
        return drops.of(reason);
    }

    private @Nullable DropReason take(InboundPacket packet, boolean isRebuilt, long nowNanos) {
        DropReason reason = ipInput.check(packet);
        Datagram datagram = ipInput.datagram();
        if (reason != null) {
            icmpSender.tellProblem(datagram, nowNanos);
            return reason;
        }
        if (datagram.isFragment()) {
            return takeFragment(datagram, isRebuilt, nowNanos);
        }
        return switch (datagram.protocol()) {
            case IpProtocol.TCP -> takeSegment(nowNanos);
            case IpProtocol.UDP -> takeDatagram(datagram);
            case IpProtocol.ICMP -> datagram.isIpv4() ? takeIcmp(datagram) : refuse(datagram, nowNanos);
            case IpProtocol.ICMP_V6 -> datagram.isIpv4() ? refuse(datagram, nowNanos) : takeIcmp(datagram);
            default -> refuse(datagram, nowNanos);
        };
    }

    /// A fragment that is used counts as delivered; the whole, if it is dropped, counts once more.
    private @Nullable DropReason takeFragment(Datagram piece, boolean isRebuilt, long nowNanos) {
        DropReason reason = isRebuilt ? DropReason.IP_EXTENSION_REFUSED : reassembly.check(piece);
        if (reason != null) {
            icmpSender.tellProblem(piece, nowNanos);
            return reason;
        }
        if (listener.onFragment(piece.packet(), reassembly.hash(piece))) {
            return null;
        }
        reason = reassembly.add(piece, nowNanos);
        InboundPacket whole = reassembly.takeWhole();
        return whole == null ? reason : take(whole, true, nowNanos);
    }

    private DropReason refuse(Datagram datagram, long nowNanos) {
        icmpSender.tellUnknownProtocol(datagram, nowNanos);
        return DropReason.PROTOCOL_UNKNOWN;
    }

    /// Dropped segments are counted by the flow they belong to.
    private @Nullable DropReason takeSegment(long nowNanos) {
        DropReason reason = ipInput.readTcp(segment);
        if (reason == null) {
            tcp.onSegment(segment, nowNanos);
        }
        return reason;
    }

    private @Nullable DropReason takeDatagram(Datagram datagram) {
        DropReason reason = UdpInput.read(datagram, udpDatagram);
        return reason != null ? reason : listener.onDatagram(udpDatagram);
    }

    private @Nullable DropReason takeIcmp(Datagram datagram) {
        DropReason reason = icmpInput.take(datagram);
        QuotedSegment quoted = icmpInput.quoted();
        FlowKey key = quoted.key();
        if (reason != null || key == null) {
            return reason;
        }
        if (tcp.isOwnerOf(key)) {
            return tcp.onPathMtu(key, quoted.seq(), quoted.mtuBytes());
        }
        return listener.onStray(datagram.packet(), key) ? null : DropReason.ICMP_NOT_OURS;
    }
}
