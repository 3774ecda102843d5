/** Messages of the control socket as bytes: one JSON object a line, bounded. */
import { FugueError } from "../base/errors.ts";
import type { Duplex } from "../transport/duplex.ts";

/** Longest line in bytes; a peer that sends a longer one is cut off. */
export const LONGEST_LINE = 64 * 1024;
/** Bytes that may wait for a peer that does not read. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** A message before it was checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** One end of a control connection. Bad input, and a peer that does not read, close it. */
export class JsonLines {
  private pieces: Uint8Array[] = [];
  private held = 0;
  private ended = false;

  constructor(
    private readonly duplex: Duplex,
    private readonly each: (message: JsonObject) => void,
    private readonly ending: (error: Error | undefined) => void,
  ) {
    duplex.listen({ data: (bytes) => this.receive(bytes), close: (error) => this.end(error) });
  }

  send(message: JsonObject): void {
    if (this.ended) return;
    this.duplex.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
    if (this.duplex.buffered > MOST_WAITING_BYTES) this.fail("the peer does not read");
  }

  /** Sends what was given, then ends. */
  close(): void {
    this.duplex.close();
    this.end(undefined);
  }

  private receive(bytes: Uint8Array): void {
    let from = 0;
    for (let at = bytes.indexOf(10); at >= 0 && !this.ended; at = bytes.indexOf(10, from)) {
      this.pieces.push(bytes.slice(from, at));
      const line = Buffer.concat(this.pieces).toString("utf8");
      this.pieces = [];
      this.held = 0;
      from = at + 1;
      this.line(line);
    }
    if (this.ended || from === bytes.length) return;
    this.held += bytes.length - from;
    if (this.held > LONGEST_LINE) return this.fail("a line is too long");
    this.pieces.push(bytes.slice(from));
  }

  private line(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.fail("a line is not JSON");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.fail("a line is no object");
    this.each(value as JsonObject);
  }

  private fail(reason: string): void {
    this.duplex.close(true);
    this.end(new FugueError("protocol", reason));
  }

  private end(error: Error | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.pieces = [];
    this.ending(error);
  }
}
