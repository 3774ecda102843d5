/** The one duration syntax of config and command line: `250ms`, `10s`, `5m`, `8h`, `2d`, `1h30m`. */
import { FugueError } from "./errors.ts";

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 365 * 86_400_000;

/** Milliseconds of a duration. @throws FugueError `usage` if it is none, or longer than a year. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const whole = parts.map((p) => p[0]).join("");
  if (parts.length === 0 || whole !== text) {
    throw new FugueError("usage", `'${text}' is not a duration`, "write a number with a unit: 500ms, 10s, 5m, 8h, 2d");
  }
  const ms = parts.reduce((sum, p) => sum + Number(p[1]) * UNIT_MS[p[2]!]!, 0);
  if (ms > LONGEST_MS) throw new FugueError("usage", `'${text}' is longer than a year`);
  return ms;
}

/** A short duration for people: `320ms`, `4s`, `12m`, `3h`, `2d`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.min(999, Math.round(ms))}ms`;
  for (const [unit, next] of [["s", 60_000], ["m", 3_600_000], ["h", 86_400_000]] as const) {
    if (ms < next) return `${Math.floor(ms / UNIT_MS[unit]!)}${unit}`;
  }
  return `${Math.floor(ms / UNIT_MS.d!)}d`;
}
