/** SSH connections without a network, for tests of tunnels: sockets, ports and programs of this machine play the far one. */
import { FugueError } from "../../src/base/errors.ts";
import type { Duplex, DuplexHandlers } from "../../src/transport/duplex.ts";
import { connectUnix } from "../../src/transport/unix.ts";
import { connectPort } from "../../src/tunnel/local-port.ts";
import { ForwardingForbidden, type OpenSsh, type SshConnection, type SshExec, type SshExit } from "../../src/tunnel/ssh/connection.ts";

/** How the far machine behaves; a test changes it as it goes. */
export interface FakeFar {
  /** Environment of its programs. */
  env: Record<string, string>;
  forbidUnix?: boolean;
  forbidTcp?: boolean;
  /** What opening a connection fails with. */
  refuse?: FugueError;
  /** Asked before each login. */
  question?: { text: string; answer: string };
  /** Commands that were run, joined. */
  commands: string[];
  /** Connections that were opened, the dead ones included. */
  opened: FakeConnection[];
}

export function fakeFar(env: Record<string, string> = {}): FakeFar {
  return { env, commands: [], opened: [] };
}

export class FakeConnection implements SshConnection {
  readonly backend = "ssh2";
  readonly label = "ann@far:22";
  readonly forwardsAgent = true;
  readonly closed: Promise<FugueError | undefined>;
  /** Requests for life are not answered any more. */
  stalled = false;
  ended = false;
  private end!: (reason: FugueError | undefined) => void;
  private readonly streams = new Set<Duplex>();

  constructor(private readonly far: FakeFar) {
    this.closed = new Promise((resolve) => (this.end = resolve));
  }

  async openUnix(path: string): Promise<Duplex> {
    this.check();
    if (this.far.forbidUnix) throw new ForwardingForbidden("unix", "streams to sockets are forbidden", "allow them");
    return this.keep(await connectUnix(path));
  }

  async openTcp(host: string, port: number): Promise<Duplex> {
    this.check();
    if (this.far.forbidTcp) throw new ForwardingForbidden("tcp", "streams to ports are forbidden", "allow them");
    const duplex = await connectPort({ host: host === "::1" ? "::1" : "127.0.0.1", port });
    if (!duplex) throw new FugueError("noServer", "nobody listens there");
    return this.keep(duplex);
  }

  async exec(argv: readonly string[]): Promise<SshExec> {
    this.check();
    this.far.commands.push(argv.at(-1)!);
    const program = new LocalProgram(argv, this.far.env);
    this.keep(program.duplex);
    return program;
  }

  async roundTrip(): Promise<number> {
    this.check();
    return this.stalled ? new Promise(() => {}) : 5;
  }

  /** The far side is gone. */
  cut(reason = new FugueError("closed", "the far side is gone")): void {
    if (this.ended) return;
    this.ended = true;
    for (const stream of this.streams) stream.close(true);
    this.end(reason);
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    for (const stream of this.streams) stream.close(true);
    this.end(undefined);
  }

  dispose(): void {
    this.close();
  }

  private keep(duplex: Duplex): Duplex {
    this.streams.add(duplex);
    return duplex;
  }

  private check(): void {
    if (this.ended) throw new FugueError("closed", "the connection is gone");
  }
}

/** A program of this machine as one that was started over SSH. */
class LocalProgram implements SshExec {
  readonly duplex: Duplex;
  readonly exit: Promise<SshExit>;
  private errors = "";

  constructor(argv: readonly string[], env: Record<string, string>) {
    const child = Bun.spawn([...argv], { env, stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    let handlers: DuplexHandlers | undefined;
    const early: Uint8Array[] = [];
    const reading = (async () => {
      for await (const bytes of child.stdout) handlers ? handlers.data(bytes) : early.push(bytes.slice());
    })();
    const errors = new Response(child.stderr).text().then((text) => (this.errors = text));
    this.exit = Promise.all([reading, errors, child.exited]).then(([, , code]) => {
      handlers?.close();
      return { code };
    });
    this.duplex = {
      label: "fake exec", buffered: 0,
      listen(next) {
        handlers = next;
        for (const bytes of early.splice(0)) next.data(bytes);
      },
      write: (bytes) => {
        // a program that has ended reads no more, which its end says
        const gone = () => {};
        try {
          void Promise.resolve(child.stdin.write(bytes.slice())).catch(gone);
          void Promise.resolve(child.stdin.flush()).catch(gone);
        } catch {
          gone();
        }
      },
      pause() {},
      resume() {},
      close: (now) => {
        void Promise.resolve(child.stdin.end()).catch(() => {});
        if (now) child.kill();
      },
    };
  }

  stderr(): string {
    return this.errors;
  }
}

/** An `openSsh` whose connections lead to `far`. */
export function fakeOpenSsh(far: FakeFar): OpenSsh {
  return async (_target, { prompter }) => {
    prompter?.progress("connecting");
    await Promise.resolve();
    if (far.refuse) throw far.refuse;
    if (far.question) {
      if (!prompter || prompter.canAsk === false) throw new FugueError("refused", "a password is needed", "nobody can be asked");
      const answer = await prompter.ask({ text: far.question.text, echo: false });
      if (answer !== far.question.answer) throw new FugueError("refused", "the password was refused");
    }
    const connection = new FakeConnection(far);
    far.opened.push(connection);
    return connection;
  };
}
