/** The daemon's end of client connections, as a test wants it to behave. */
import { MessageReader, encodeMessage } from "../../src/protocol/codec.ts";
import { LARGEST_MESSAGE } from "../../src/protocol/limits.ts";
import type { Attach, Input, Message, MessageBodies, MessageName } from "../../src/protocol/messages.ts";
import type { Duplex } from "../../src/transport/duplex.ts";
import { memoryPair } from "../../src/transport/memory.ts";

/** One accepted connection. */
export class FakeClientEnd {
  readonly heard: Message[] = [];
  closed = false;
  /** What the daemon does with each message; the default greets and answers attaches. */
  answer: (message: Message) => void;

  constructor(readonly duplex: Duplex, readonly daemon: FakeDaemon) {
    const reader = new MessageReader(LARGEST_MESSAGE);
    this.answer = (message) => daemon.handle(this, message);
    duplex.listen({
      data: (bytes) => reader.push(bytes, (message) => {
        this.heard.push(message);
        this.answer(message);
      }),
      close: () => void (this.closed = true),
    });
    this.send("serverHello", { magic: "fugue", min: daemon.min, max: daemon.max, nonce: new Uint8Array(16) });
  }

  send<N extends MessageName>(name: N, body: MessageBodies[N]): void {
    this.duplex.write(encodeMessage(name, body));
  }

  get inputs(): Input[] {
    return this.heard.flatMap((m) => (m.name === "input" ? [m.body] : []));
  }

  get attaches(): Attach[] {
    return this.heard.flatMap((m) => (m.name === "attach" ? [m.body] : []));
  }

  /** The connection is cut, as by a kill. */
  cut(): void {
    this.duplex.close(true);
  }
}

export class FakeDaemon {
  readonly ends: FakeClientEnd[] = [];
  min = 1;
  max = 1;
  /** Its identity. */
  server = "s";
  /** Dialling fails with this. */
  down: Error | undefined;
  dials = 0;
  /** Attaches are not answered until `releaseAttaches`. */
  holdAttach = false;
  private held: (() => void)[] = [];

  readonly dial = async (): Promise<Duplex> => {
    this.dials++;
    if (this.down) throw this.down;
    const [client, server] = memoryPair();
    this.ends.push(new FakeClientEnd(server, this));
    return client;
  };

  get last(): FakeClientEnd {
    return this.ends.at(-1)!;
  }

  handle(end: FakeClientEnd, message: Message): void {
    if (message.name === "clientHello")
      end.send("welcome", { version: 1, server: this.server, host: "here", release: "0", pid: 1 });
    if (message.name === "ping") end.send("pong", message.body);
    if (message.name !== "attach") return;
    const reply = () => end.send("reply", { seq: message.body.seq, result: null, focus: { window: 1, pane: 1 } });
    if (this.holdAttach) this.held.push(reply);
    else reply();
  }

  releaseAttaches(): void {
    this.holdAttach = false;
    for (const reply of this.held.splice(0)) reply();
  }
}
