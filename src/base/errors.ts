/** Every error a user can meet: one table of codes, each with its exit status and its number on the wire. */

interface CodeEntry {
  /** Exit status of the executable (see docs/ARCHITECTURE.md, "Exit status"). */
  exit: number;
  /** Number on the wire. Never reused. */
  wire: number;
}

/** Exit statuses of the executable. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noTarget: 3,
  noServer: 4,
  refused: 5,
  timeout: 124,
  interrupted: 130,
} as const;

export const ERROR_CODES = {
  failed: { exit: EXIT.failed, wire: 1 },
  usage: { exit: EXIT.usage, wire: 2 },
  noTarget: { exit: EXIT.noTarget, wire: 3 },
  noServer: { exit: EXIT.noServer, wire: 4 },
  refused: { exit: EXIT.refused, wire: 5 },
  timeout: { exit: EXIT.timeout, wire: 6 },
  interrupted: { exit: EXIT.interrupted, wire: 7 },
  protocol: { exit: EXIT.failed, wire: 8 },
  version: { exit: EXIT.failed, wire: 9 },
  tooLarge: { exit: EXIT.failed, wire: 10 },
  config: { exit: EXIT.failed, wire: 11 },
  system: { exit: EXIT.failed, wire: 12 },
  internal: { exit: EXIT.failed, wire: 13 },
  closed: { exit: EXIT.noServer, wire: 14 },
} as const satisfies Record<string, CodeEntry>;

/** The name of an error. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** An error meant for a person: one line of message, and a hint that says what to do next. */
export class FugueError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** What the user can do about it; one line. */
    readonly hint?: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "FugueError";
  }

  /** Exit status for this error. */
  get exitStatus(): number {
    return ERROR_CODES[this.code].exit;
  }
}

/** The code with this number on the wire; an unknown number (a newer peer's) is `failed`. */
export function codeFromWire(wire: number): ErrorCode {
  for (const [name, entry] of Object.entries(ERROR_CODES)) if (entry.wire === wire) return name as ErrorCode;
  return "failed";
}

/** Anything thrown, as a FugueError; foreign errors become `internal` and keep their text. */
export function asFugueError(thrown: unknown, code: ErrorCode = "internal"): FugueError {
  if (thrown instanceof FugueError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FugueError(code, message, undefined, thrown);
}

/** The `code` of a system error such as `ENOENT`, or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
