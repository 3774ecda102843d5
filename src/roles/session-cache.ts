/** The last lists of sessions that a terminal view saw, in a private file: shown until the servers have answered. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Paths } from "../base/paths.ts";
import { replaceFile } from "../base/replace-file.ts";
import { isSession } from "../client/tui/session-check.ts";
import type { SessionCache } from "../client/tui/session-lists.ts";
import type { SessionInfo } from "../commands/context.ts";

const LARGEST_BYTES = 4 * 1024 * 1024;

/** Never throws: what can't be read or written is as if it were not there. */
export function sessionCache({ state }: Paths): SessionCache {
  const path = join(state, "last-known.json");
  return {
    load: () => new Map(Object.entries(readLists(path))),
    store: (lists) => {
      try {
        const text = JSON.stringify(Object.fromEntries(lists));
        if (text.length <= LARGEST_BYTES) replaceFile(path, text);
      } catch {
        // a full or read-only disk: the next start begins without
      }
    },
  };
}

function readLists(path: string): Record<string, readonly SessionInfo[]> {
  try {
    if (statSync(path).size > LARGEST_BYTES) return {};
    const lists = JSON.parse(readFileSync(path, "utf8")) as Record<string, SessionInfo[]>;
    return Object.fromEntries(Object.entries(lists).filter(([, sessions]) => Array.isArray(sessions) && sessions.every(isSession)));
  } catch {
    return {};
  }
}
