/** Paste buffers of the server: bounded, newest first, named `buffer0`, `buffer1`, … unless the user names them. */
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import { checkName, printable, suggestion } from "../../base/names.ts";
import type { BufferInfo, Buffers as BufferPort } from "../../commands/context.ts";

const MOST_AUTOMATIC = 50;
const MOST_BYTES = 8 * 1024 * 1024;
/** What a restarted daemon finds again: less than one message to the keeper. */
const MOST_SAVED_BYTES = 12 * 1024 * 1024;

interface StoredBuffer {
  name: string;
  text: string;
  createdAt: number;
  automatic: boolean;
}

function isStoredBuffer(value: unknown): value is StoredBuffer {
  const { name, text, createdAt, automatic } = (value ?? {}) as Record<string, unknown>;
  return typeof name === "string" && typeof text === "string" && typeof createdAt === "number" && typeof automatic === "boolean";
}

export class Buffers implements BufferPort {
  private items: StoredBuffer[] = [];
  private next = 0;

  /** @param save keeps the buffers where a restarted daemon finds them */
  constructor(private readonly clock: Clock, private readonly save: (bytes: Uint8Array) => void) {}

  /** Takes over what an earlier daemon saved; what is unreadable is dropped. @param keep saves it anew */
  load(bytes: Uint8Array | undefined, keep = false): void {
    if (!bytes) return;
    try {
      const saved = JSON.parse(new TextDecoder().decode(bytes)) as { items?: unknown; next?: unknown } | null;
      this.items = Array.isArray(saved?.items) ? saved.items.filter(isStoredBuffer) : [];
      this.next = Number.isSafeInteger(saved?.next) ? (saved!.next as number) : this.items.length;
    } catch {
      this.items = [];
    }
    if (keep) this.changed();
  }

  /** Saves as many of the newest buffers as fit. */
  private changed(): void {
    let items = this.items;
    for (;;) {
      const bytes = new TextEncoder().encode(JSON.stringify({ items, next: this.next }));
      if (bytes.length <= MOST_SAVED_BYTES || items.length === 0) return this.save(bytes);
      items = items.slice(0, -1);
    }
  }

  list(): BufferInfo[] {
    return this.items.map(({ name, text, createdAt }) => ({ name, bytes: Buffer.byteLength(text), createdAt, sample: printable(text, 50) }));
  }

  private find(name: string | undefined): StoredBuffer {
    const found = name === undefined ? this.items[0] : this.items.find((b) => b.name === name);
    if (found) return found;
    if (name === undefined) throw new FugueError("noTarget", "there is no paste buffer", "copy something first, or: fugue buffer set TEXT");
    throw new FugueError("noTarget", `no paste buffer '${printable(name)}'`, suggestion(name, this.items.map((b) => b.name), "buffers"));
  }

  get(name?: string): { name: string; text: string } {
    const { name: found, text } = this.find(name);
    return { name: found, text };
  }

  set(text: string, name?: string): string {
    if (Buffer.byteLength(text) > MOST_BYTES) throw new FugueError("tooLarge", `a buffer holds at most ${MOST_BYTES >> 20} MiB`);
    const automatic = name === undefined;
    const chosen = automatic ? `buffer${this.next++}` : checkName("buffer", name);
    this.items = [{ name: chosen, text, createdAt: this.clock.wall(), automatic }, ...this.items.filter((b) => b.name !== chosen)];
    const surplus = this.items.filter((b) => b.automatic).slice(MOST_AUTOMATIC);
    this.items = this.items.filter((b) => !surplus.includes(b));
    let held = 0;
    this.items = this.items.filter((b) => (held += b.text.length) <= MOST_BYTES * 2 || b === this.items[0]);
    this.changed();
    return chosen;
  }

  delete(name?: string): void {
    const found = this.find(name);
    this.items = this.items.filter((b) => b !== found);
    this.changed();
  }
}
