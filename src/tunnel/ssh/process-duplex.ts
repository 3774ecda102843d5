/** Standard input and output of a child process as a Duplex. */
import type { Duplex, DuplexHandlers } from "../../transport/duplex.ts";

type Child = Bun.Subprocess<"pipe", "pipe", "pipe">;

/** Closing ends the child's standard input; `close(true)` ends the child. */
export class ProcessDuplex implements Duplex {
  private handlers: DuplexHandlers | undefined;
  private readonly outbox: Uint8Array[] = [];
  private queued = 0;
  private writing = false;
  private closing = false;
  private done = false;
  private paused: PromiseWithResolvers<void> | undefined;
  private failure: Error | undefined;

  constructor(private readonly child: Child, readonly label: string) {}

  get buffered(): number {
    return this.queued;
  }

  listen(handlers: DuplexHandlers): void {
    const first = this.handlers === undefined;
    this.handlers = handlers;
    if (first) void this.read();
  }

  write(bytes: Uint8Array): void {
    if (this.done || this.closing || bytes.length === 0) return;
    this.outbox.push(bytes.slice());
    this.queued += bytes.length;
    void this.flush();
  }

  pause(): void {
    this.paused ??= Promise.withResolvers<void>();
  }

  resume(): void {
    this.paused?.resolve();
    this.paused = undefined;
  }

  close(now = false): void {
    if (this.done) return;
    this.closing = true;
    if (now) {
      this.outbox.length = 0;
      this.queued = 0;
      this.child.kill("SIGTERM");
      this.resume();
    }
    void this.flush();
  }

  private async read(): Promise<void> {
    try {
      for await (const bytes of this.child.stdout) {
        if (this.paused) await this.paused.promise;
        this.handlers!.data(bytes);
      }
    } catch (error) {
      this.failure = error as Error;
    }
    await this.child.exited;
    this.done = true;
    this.handlers!.close(this.failure);
  }

  private async flush(): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    try {
      while (this.outbox.length > 0) {
        const bytes = this.outbox.shift()!;
        this.child.stdin.write(bytes);
        await this.child.stdin.flush();
        this.queued -= Math.min(this.queued, bytes.length);
      }
      if (this.closing) await this.child.stdin.end();
      else if (!this.done) this.handlers?.drain?.();
    } catch {
      // it has ended, which its output says
      this.outbox.length = 0;
      this.queued = 0;
    }
    this.writing = false;
  }
}
