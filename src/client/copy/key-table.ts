/** Looks up what a key does in copy mode: the default tables with the user's bindings on top. */
import { FugueError } from "../../base/errors.ts";
import { formatKey, parseKey } from "../../base/keys.ts";
import type { Key } from "../../base/keys.ts";
import { parseCopyLine } from "../../commands/copy-line.ts";
import type { CopyCommand } from "../../commands/copy-line.ts";
import { EMACS_KEYS } from "./keys-emacs.ts";
import { VI_KEYS } from "./keys-vi.ts";
import type { KeyStyle } from "./state.ts";

/** A change to the default keys: a command line, or undefined to unbind the key. */
export interface CopyBinding {
  readonly key: Key;
  readonly command: string | undefined;
}

/** What a key is bound to: the commands, and the line they were read from. */
export interface BoundCommands {
  readonly line: string;
  readonly commands: readonly CopyCommand[];
}

export class CopyKeyTable {
  private readonly bound = new Map<string, BoundCommands>();
  private known: ReadonlySet<string> | undefined;

  /** Bindings that cannot be read (the config's checker lets none through) leave their key unbound. */
  constructor(style: KeyStyle, changes: readonly CopyBinding[] = []) {
    for (const [keys, line] of Object.entries(style === "vi" ? VI_KEYS : EMACS_KEYS)) {
      const id = keys.split(" ").map((key) => formatKey(parseKey(key))).join(" ");
      this.bound.set(id, { line, commands: parseCopyLine(line) });
    }
    for (const { key, command } of changes) this.change(formatKey(key), command);
  }

  private get firsts(): ReadonlySet<string> {
    this.known ??= new Set([...this.bound.keys()].filter((id) => id.includes(" ")).map((id) => id.split(" ")[0]!));
    return this.known;
  }

  private change(id: string, line: string | undefined): void {
    const replaced = [...this.bound.keys()].filter((known) => known === id || known.startsWith(`${id} `));
    for (const known of replaced) this.bound.delete(known);
    if (line === undefined) return;
    try {
      this.bound.set(id, { line, commands: parseCopyLine(line) });
    } catch (thrown) {
      if (!(thrown instanceof FugueError)) throw thrown;
    }
  }

  /** Whether the key may be the first of two. */
  isFirst(key: Key): boolean {
    return this.firsts.has(formatKey(key));
  }

  /** What the key does, or does after `before`. */
  lookUp(key: Key, before?: Key): BoundCommands | undefined {
    const id = formatKey(key);
    return this.bound.get(before === undefined ? id : `${formatKey(before)} ${id}`);
  }
}
