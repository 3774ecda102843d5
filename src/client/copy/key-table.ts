/** Looks up what a key does in copy mode: the default tables with the user's bindings on top. */
import { FugueError } from "../../base/errors.ts";
import { formatKey, parseKey } from "../../base/keys.ts";
import type { Key } from "../../base/keys.ts";
import { parseCopyLine } from "./command-line.ts";
import type { CopyCommand } from "./command-line.ts";
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

  /** Bindings that cannot be read (the config's checker lets none through) leave their key unbound. */
  constructor(style: KeyStyle, changes: readonly CopyBinding[] = []) {
    for (const [keys, line] of Object.entries(style === "vi" ? VI_KEYS : EMACS_KEYS)) {
      const id = keys.split(" ").map((key) => formatKey(parseKey(key))).join(" ");
      this.bound.set(id, { line, commands: parseCopyLine(line) });
    }
    for (const { key, command } of changes) this.change(formatKey(key), command);
  }

  private change(id: string, line: string | undefined): void {
    for (const known of [...this.bound.keys()]) if (known === id || known.startsWith(`${id} `)) this.bound.delete(known);
    if (line === undefined) return;
    try {
      this.bound.set(id, { line, commands: parseCopyLine(line) });
    } catch (thrown) {
      if (!(thrown instanceof FugueError)) throw thrown;
    }
  }

  /** What the key does, or does after `before`. */
  lookUp(key: Key, before?: Key): BoundCommands | undefined {
    const id = formatKey(key);
    return this.bound.get(before === undefined ? id : `${formatKey(before)} ${id}`);
  }
}
