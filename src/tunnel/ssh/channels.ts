/** SSH's connection protocol (RFC 4254) over packets that a master connection passes on: channels, windows, requests. */
import { MESSAGE, WINDOW_BYTES, message } from "./channel-messages.ts";
import type { PacketStream } from "./mux.ts";
import { MuxChannel } from "./mux-channel.ts";
import { WireReader, type WireWriter } from "./wire.ts";

const PACKET_BYTES = 32 * 1024;
const MOST_CHANNELS = 1000;

/** The server did not open a channel; `reason` is a SSH_OPEN_ code of RFC 4254 5.1. */
export class OpenRefused extends Error {
  constructor(readonly reason: number, message: string) {
    super(message);
  }
}

interface Opening {
  readonly resolve: (channel: MuxChannel) => void;
  readonly reject: (error: Error) => void;
  readonly label: string;
  readonly ends: "stream" | "program";
}

/** All channels of one connection. */
export class Channels {
  private readonly opening = new Map<number, Opening>();
  private readonly open = new Map<number, MuxChannel>();
  private nextId = 0;
  private gone = false;

  /** @param ended called once, when the packets end */
  constructor(private readonly packets: PacketStream, private readonly ended: () => void) {
    packets.listen((bytes) => this.receive(bytes), () => this.end(), () => {
      for (const channel of this.open.values()) channel.drained();
    });
  }

  get buffered(): number {
    return this.packets.buffered;
  }

  send(packet: WireWriter): void {
    if (!this.gone) this.packets.send(packet);
  }

  /**
   * Opens a channel. @param payload what the type wants beyond the usual fields
   * @throws OpenRefused; Error if the connection ends or there are 1,000 channels
   */
  openChannel(type: string, payload: (writer: WireWriter) => WireWriter, label: string, ends: "stream" | "program"): Promise<MuxChannel> {
    if (this.gone) return Promise.reject(new Error("the connection is gone"));
    if (this.open.size + this.opening.size >= MOST_CHANNELS) return Promise.reject(new Error("too many channels are open"));
    const { promise, resolve, reject } = Promise.withResolvers<MuxChannel>();
    const id = this.nextId++;
    this.opening.set(id, { resolve, reject, label, ends });
    this.send(payload(message(MESSAGE.open).string(type).uint32(id).uint32(WINDOW_BYTES).uint32(PACKET_BYTES)));
    return promise;
  }

  /** A channel that is open in both directions, if there is one. */
  any(): MuxChannel | undefined {
    for (const channel of this.open.values()) if (channel.usable) return channel;
    return undefined;
  }

  /** A channel is closed by both sides. */
  forget(id: number): void {
    this.open.delete(id);
  }

  close(): void {
    this.packets.close();
  }

  private end(): void {
    if (this.gone) return;
    this.gone = true;
    const error = new Error("the connection is gone");
    for (const opening of this.opening.values()) opening.reject(error);
    for (const channel of this.open.values()) channel.gone();
    this.opening.clear();
    this.open.clear();
    this.ended();
  }

  private receive(bytes: Uint8Array): void {
    try {
      this.dispatch(new WireReader(bytes));
    } catch {
      // whoever sends nonsense is no ssh
      this.packets.close();
    }
  }

  private dispatch(packet: WireReader): void {
    const type = packet.byte();
    if (type === MESSAGE.globalRequest || type < MESSAGE.open || type > MESSAGE.failure) return;
    if (type === MESSAGE.open) return this.refuse(packet);
    const id = packet.uint32();
    if (type === MESSAGE.opened || type === MESSAGE.openFailure) return this.answered(type, id, packet);
    this.open.get(id)?.receive(type, packet);
  }

  /** Nobody may open channels to us: agents are the master's own affair. */
  private refuse(packet: WireReader): void {
    packet.string();
    const sender = packet.uint32();
    this.send(message(MESSAGE.openFailure).uint32(sender).uint32(1).string("not wanted").string(""));
  }

  private answered(type: number, id: number, packet: WireReader): void {
    const opening = this.opening.get(id);
    if (!opening) return;
    this.opening.delete(id);
    if (type === MESSAGE.openFailure) return opening.reject(new OpenRefused(packet.uint32(), packet.text()));
    const channel = new MuxChannel(this, id, packet.uint32(), packet.uint32(), packet.uint32(), opening.label, opening.ends);
    this.open.set(id, channel);
    opening.resolve(channel);
  }
}
