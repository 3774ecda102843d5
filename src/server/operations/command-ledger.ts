/**
 * Commands that change something, each carried out once: by client and sequence it is known which have begun and what
 * was answered. A client that sends a command again after a broken connection gets the answer that was lost. The ledger
 * lies with the keeper, so it outlives the daemon; it is written before a command begins and together with what it did.
 */
import { FugueError } from "../../base/errors.ts";
import type { Reply } from "../../protocol/messages.ts";

/** Commands remembered; the oldest go first. */
const MOST_COMMANDS = 256;
/** A larger answer is not kept for the next daemon: of its command that only knows that it is done. */
const LARGEST_REPLY_BYTES = 4096;
/** Characters of larger answers that this daemon keeps, newest first, for those whose connection broke. */
const MOST_LARGE_CHARACTERS = 8 * 1024 * 1024;
/** Answers to commands, as far as they are the same for everybody who asks again. */
type Answer = Pick<Reply, "result" | "error">;

interface Entry {
  client: number;
  seq: number;
  name: string;
  /** JSON of the answer; empty: it was too large. Undefined: the command has begun and not ended. */
  answer?: string;
}

function isEntry(value: unknown): value is Entry {
  const { client, seq, name, answer } = (value ?? {}) as Record<string, unknown>;
  return typeof client === "number" && typeof seq === "number" && typeof name === "string"
    && (answer === undefined || typeof answer === "string");
}

export class CommandLedger {
  private readonly entries = new Map<string, Entry>();
  /** JSON of answers that are too large to be saved. */
  private readonly large = new Map<string, string>();
  private largeCharacters = 0;
  /** Commands of this daemon that have not ended. */
  private readonly running = new Map<string, Promise<Answer>>();

  /**
   * @param save keeps the ledger where the next daemon finds it, before anything that is sent later
   * @param kept resolves when all that was saved so far is out of this process
   */
  constructor(private readonly save: (bytes: Uint8Array) => void, private readonly kept: () => Promise<void> = async () => {}) {}

  /** Takes over what an earlier daemon saved; what is unreadable is dropped. */
  load(bytes: Uint8Array | undefined): void {
    if (!bytes) return;
    try {
      const saved = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
      if (Array.isArray(saved)) for (const each of saved.filter(isEntry)) this.entries.set(keyOf(each.client, each.seq), each);
    } catch {
      this.entries.clear();
    }
  }

  /**
   * Carries out a command, or answers a repeat with what was answered before. `run` never throws.
   * @param settled called when `run` has answered, before the answer is kept: what it changed is to be kept first
   */
  async once(client: number, seq: number, name: string, run: () => Promise<Answer>, settled: () => void): Promise<Answer> {
    const key = keyOf(client, seq);
    const known = this.running.get(key) ?? this.repeat(key);
    if (known) return known;
    const entry: Entry = { client, seq, name };
    this.entries.set(key, entry);
    this.dropOldest();
    this.store();
    const running = run().then(async (answer) => {
      const { result, error } = answer;
      const text = JSON.stringify({ result, error });
      entry.answer = text.length > LARGEST_REPLY_BYTES ? "" : text;
      if (entry.answer === "") this.keepLarge(key, text);
      this.running.delete(key);
      settled();
      this.store();
      // who hears the answer may rely on it: a daemon that is killed then has handed on what was done
      await this.kept();
      return { result, error };
    });
    this.running.set(key, running);
    return running;
  }

  /** One that still runs is never forgotten: it would be carried out twice. */
  private dropOldest(): void {
    for (const key of this.entries.keys()) {
      if (this.entries.size <= MOST_COMMANDS) return;
      if (!this.running.has(key)) this.entries.delete(key);
    }
  }

  private keepLarge(key: string, text: string): void {
    this.large.set(key, text);
    this.largeCharacters += text.length;
    for (const [oldest, { length }] of this.large) {
      if (this.largeCharacters <= MOST_LARGE_CHARACTERS) break;
      this.large.delete(oldest);
      this.largeCharacters -= length;
    }
  }

  private repeat(key: string): Promise<Answer> | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.answer === undefined) {
      throw new FugueError("interrupted", `the server was restarted while '${entry.name}' ran`, "look whether it was done before you repeat it");
    }
    const answer = entry.answer === "" ? this.large.get(key) : entry.answer;
    if (answer === undefined) throw new FugueError("tooLarge", `'${entry.name}' was done; its answer is not kept`);
    return Promise.resolve(JSON.parse(answer) as Answer);
  }

  private store(): void {
    this.save(new TextEncoder().encode(JSON.stringify([...this.entries.values()])));
  }
}

function keyOf(client: number, seq: number): string {
  return `${client}:${seq}`;
}
