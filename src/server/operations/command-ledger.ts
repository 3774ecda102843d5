/**
 * Commands that change something, each carried out once: by client and sequence it is known which have begun and what
 * was answered. A client that sends a command again after a broken connection gets the answer that was lost. The ledger
 * lies with the keeper, so it outlives the daemon; it is written before a command begins and together with what it did.
 * Each client has its own page: however many others come and go, what it may still ask for is there.
 */
import { FugueError } from "../../base/errors.ts";
import type { Reply } from "../../protocol/messages.ts";

/** Commands remembered of one client, as many as it may have under way; the oldest go first. */
const MOST_COMMANDS = 256;
/** Clients remembered; the one that was silent for longest goes first. Those that do not come back are forgotten when they leave. */
const MOST_CLIENTS = 32;
/** A larger answer is not kept for the next daemon: of its command that only knows that it is done. In characters. */
const LARGEST_REPLY = 4096;
/** The same holds for the oldest answers of a client that has more than this. */
const MOST_PAGE_CHARACTERS = 256 * 1024;
/** Characters of larger answers that this daemon keeps, newest first, for those whose connection broke. */
const MOST_LARGE_CHARACTERS = 8 * 1024 * 1024;
/** Answers to commands, as far as they are the same for everybody who asks again. */
type Answer = Pick<Reply, "result" | "error">;

interface Entry {
  readonly seq: number;
  readonly name: string;
  /** JSON of the answer; empty: it was too large. Undefined: the command has begun and not ended. */
  answer?: string;
}

/** What is remembered of one client. */
interface Page {
  /** By sequence, oldest first. */
  readonly entries: Map<number, Entry>;
  /** Milliseconds since 1970. */
  usedAt: number;
}

function isEntry(value: unknown): value is Entry {
  const { seq, name, answer } = (value ?? {}) as Record<string, unknown>;
  return typeof seq === "number" && typeof name === "string" && (answer === undefined || typeof answer === "string");
}

const PREFIX = "commands:";
/** Where releases before kept the commands of all clients together, each with its client. */
const TOGETHER = "commands";

export class CommandLedger {
  /** By client, the one that was silent for longest first. */
  private readonly pages = new Map<number, Page>();
  /** JSON of answers that are too large to be saved. */
  private readonly large = new Map<string, string>();
  private largeCharacters = 0;
  /** Commands of this daemon that have not ended. */
  private readonly running = new Map<string, Promise<Answer>>();

  /**
   * @param wall milliseconds since 1970
   * @param save keeps bytes under a key where the next daemon finds them, before anything that is sent later; none: forgets them
   * @param kept resolves when all that was saved so far is out of this process
   */
  constructor(
    private readonly wall: () => number, private readonly save: (key: string, bytes: Uint8Array) => void,
    private readonly kept: () => Promise<void> = async () => {},
  ) {}

  /** Takes over what an earlier daemon saved, by key; what is unreadable is dropped. */
  load(saved: ReadonlyMap<string, Uint8Array>): void {
    const pages: [client: number, page: Page][] = [];
    for (const [key, bytes] of saved) {
      if (!key.startsWith(PREFIX)) continue;
      const { usedAt, commands } = (parsed(bytes) ?? {}) as Record<string, unknown>;
      if (typeof usedAt === "number" && Array.isArray(commands)) pages.push([Number(key.slice(PREFIX.length)), pageOf(commands, usedAt)]);
    }
    for (const [client, page] of pages.sort(([, a], [, b]) => a.usedAt - b.usedAt)) this.pages.set(client, page);
    const together = parsed(saved.get(TOGETHER));
    if (Array.isArray(together)) this.divide(together);
  }

  private divide(together: readonly unknown[]): void {
    const byClient = Map.groupBy(together, (each) => (each as { client?: unknown } | null)?.client);
    for (const [client, entries] of byClient) {
      if (typeof client !== "number" || this.pages.has(client)) continue;
      this.pages.set(client, pageOf(entries, this.wall()));
      this.store(client);
    }
    this.save(TOGETHER, new Uint8Array());
    this.dropClients();
  }

  /**
   * Carries out a command, or answers a repeat with what was answered before. `run` never throws.
   * @param settled called when `run` has answered, before the answer is kept: what it changed is to be kept first
   */
  async once(client: number, seq: number, name: string, run: () => Promise<Answer>, settled: () => void): Promise<Answer> {
    const key = keyOf(client, seq);
    const known = this.running.get(key) ?? this.repeat(client, seq);
    if (known) return known;
    const entry: Entry = { seq, name };
    this.begin(client, entry);
    const running = run().then(async (answer) => {
      const { result, error } = answer;
      entry.answer = JSON.stringify({ result, error });
      this.running.delete(key);
      settled();
      const page = this.pages.get(client);
      if (page) this.turnTo(client, page);
      this.store(client);
      // who hears the answer may rely on it: a daemon that is killed then has handed on what was done
      await this.kept();
      return { result, error };
    });
    this.running.set(key, running);
    return running;
  }

  /** A client is gone that does not come back. */
  forget(client: number): void {
    const page = this.pages.get(client);
    if (!page) return;
    for (const { seq } of page.entries.values()) this.forgetLarge(keyOf(client, seq));
    this.pages.delete(client);
    this.save(`${PREFIX}${client}`, new Uint8Array());
  }

  private begin(client: number, entry: Entry): void {
    const page = this.pages.get(client) ?? pageOf([], 0);
    page.entries.set(entry.seq, entry);
    this.turnTo(client, page);
    this.dropCommands(client, page);
    this.store(client);
    this.dropClients(client);
  }

  /** A client was heard, or answered: all others are older. */
  private turnTo(client: number, page: Page): void {
    page.usedAt = this.wall();
    this.pages.delete(client);
    this.pages.set(client, page);
  }

  /** One that still runs is never forgotten: it would be carried out twice. */
  private dropCommands(client: number, { entries }: Page): void {
    for (const seq of entries.keys()) {
      if (entries.size <= MOST_COMMANDS) return;
      const key = keyOf(client, seq);
      if (this.running.has(key)) continue;
      entries.delete(seq);
      this.forgetLarge(key);
    }
  }

  /** @param but the client that is heard now */
  private dropClients(but?: number): void {
    for (const [client, { entries }] of [...this.pages]) {
      if (this.pages.size <= MOST_CLIENTS) return;
      const isBusy = client === but || [...entries.keys()].some((seq) => this.running.has(keyOf(client, seq)));
      if (!isBusy) this.forget(client);
    }
  }

  /** An answer that the next daemon does not get. */
  private keepLarge(client: number, entry: Entry): void {
    const text = entry.answer!;
    entry.answer = "";
    this.large.set(keyOf(client, entry.seq), text);
    this.largeCharacters += text.length;
    for (const oldest of this.large.keys()) {
      if (this.largeCharacters <= MOST_LARGE_CHARACTERS) break;
      this.forgetLarge(oldest);
    }
  }

  private forgetLarge(key: string): void {
    this.largeCharacters -= this.large.get(key)?.length ?? 0;
    this.large.delete(key);
  }

  private repeat(client: number, seq: number): Promise<Answer> | undefined {
    const entry = this.pages.get(client)?.entries.get(seq);
    if (!entry) return undefined;
    if (entry.answer === undefined) {
      throw new FugueError("interrupted", `the server was restarted while '${entry.name}' ran`, "look whether it was done before you repeat it");
    }
    const answer = entry.answer === "" ? this.large.get(keyOf(client, seq)) : entry.answer;
    if (answer === undefined) throw new FugueError("tooLarge", `'${entry.name}' was done; its answer is not kept`);
    return Promise.resolve(JSON.parse(answer) as Answer);
  }

  private store(client: number): void {
    const page = this.pages.get(client);
    // it left while its command ran
    if (!page) return;
    const commands = [...page.entries.values()];
    let characters = commands.reduce((sum, { answer }) => sum + (answer?.length ?? 0), 0);
    for (const entry of commands) {
      const { length } = entry.answer ?? "";
      if (length === 0 || (length <= LARGEST_REPLY && characters <= MOST_PAGE_CHARACTERS)) continue;
      characters -= length;
      this.keepLarge(client, entry);
    }
    this.save(`${PREFIX}${client}`, new TextEncoder().encode(JSON.stringify({ usedAt: page.usedAt, commands })));
  }
}

function keyOf(client: number, seq: number): string {
  return `${client}:${seq}`;
}

function pageOf(commands: readonly unknown[], usedAt: number): Page {
  return { entries: new Map(commands.filter(isEntry).map(({ seq, name, answer }) => [seq, { seq, name, answer }])), usedAt };
}

/** What JSON says; undefined: nothing that can be read. */
function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
