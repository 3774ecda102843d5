/** Dates and times in formats: the conversions of strftime(3) in the POSIX locale, in the machine's time zone. */
import { utcOffset } from "../base/libc.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];
const DAY_MS = 86_400_000;

/**
 * By letter, of a date whose UTC fields are those of the local time, and of the moment itself. The engine's own local
 * time takes 4 ms when it is asked for the first time, and every start of a terminal view would ask.
 */
const CONVERSIONS: Readonly<Record<string, (d: Date, wall: number) => string>> = {
  a: (d) => DAYS[d.getUTCDay()]!.slice(0, 3),
  A: (d) => DAYS[d.getUTCDay()]!,
  b: (d) => MONTHS[d.getUTCMonth()]!.slice(0, 3),
  B: (d) => MONTHS[d.getUTCMonth()]!,
  c: (d) => ["a", "b", "e", "T", "Y"].map((letter) => formatParts(d, letter)).join(" "),
  C: (d) => two(Math.floor(d.getUTCFullYear() / 100)),
  d: (d) => two(d.getUTCDate()),
  D: (d) => `${two(d.getUTCMonth() + 1)}/${two(d.getUTCDate())}/${two(d.getUTCFullYear() % 100)}`,
  e: (d) => blank(d.getUTCDate()),
  F: (d) => `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`,
  G: (d) => String(isoWeek(d).year),
  g: (d) => two(isoWeek(d).year % 100),
  h: (d) => MONTHS[d.getUTCMonth()]!.slice(0, 3),
  H: (d) => two(d.getUTCHours()),
  I: (d) => two(d.getUTCHours() % 12 || 12),
  j: (d) => String(dayOfYear(d)).padStart(3, "0"),
  k: (d) => blank(d.getUTCHours()),
  l: (d) => blank(d.getUTCHours() % 12 || 12),
  m: (d) => two(d.getUTCMonth() + 1),
  M: (d) => two(d.getUTCMinutes()),
  n: () => " ",
  p: (d) => (d.getUTCHours() < 12 ? "AM" : "PM"),
  P: (d) => (d.getUTCHours() < 12 ? "am" : "pm"),
  r: (d) => `${formatParts(d, "I", "M", "S")} ${formatParts(d, "p")}`,
  R: (d) => formatParts(d, "H", "M"),
  s: (_, wall) => String(Math.floor(wall / 1000)),
  S: (d) => two(d.getUTCSeconds()),
  t: () => " ",
  T: (d) => formatParts(d, "H", "M", "S"),
  u: (d) => String(d.getUTCDay() || 7),
  U: (d) => two(Math.floor((dayOfYear(d) + 6 - d.getUTCDay()) / 7)),
  V: (d) => two(isoWeek(d).week),
  w: (d) => String(d.getUTCDay()),
  W: (d) => two(Math.floor((dayOfYear(d) + 6 - ((d.getUTCDay() + 6) % 7)) / 7)),
  x: (d) => `${two(d.getUTCMonth() + 1)}/${two(d.getUTCDate())}/${two(d.getUTCFullYear() % 100)}`,
  X: (d) => formatParts(d, "H", "M", "S"),
  y: (d) => two(d.getUTCFullYear() % 100),
  Y: (d) => String(d.getUTCFullYear()),
  z: (d, wall) => zone((d.getTime() - wall) / 60_000),
  Z: (_, wall) => new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(wall)
    .find((part) => part.type === "timeZoneName")?.value ?? "",
};

/** True if `%` and this letter are a conversion. Line ends (`%n`, `%t`) become blanks: formats are one line. */
export function isTimeConversion(letter: string): boolean {
  return Object.hasOwn(CONVERSIONS, letter);
}

/**
 * One conversion, e.g. `H` of `%H`.
 * @param wall   milliseconds since the Unix epoch
 * @param offset milliseconds that local time is ahead of UTC; default: the machine's
 */
export function formatTime(letter: string, wall: number, offset = utcOffset(wall)): string {
  return isTimeConversion(letter) ? CONVERSIONS[letter]!(new Date(wall + offset), wall) : "";
}

/** Several conversions of local time with colons between them. */
function formatParts(d: Date, ...letters: readonly string[]): string {
  return letters.map((letter) => CONVERSIONS[letter]!(d, 0)).join(":");
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

function blank(n: number): string {
  return String(n).padStart(2, " ");
}

/** Day of the year, counted from 1; in UTC arithmetic, because local days may last 23 or 25 hours. */
function dayOfYear(d: Date): number {
  const day = Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate());
  return (day - Date.UTC(d.getUTCFullYear(), 0, 1)) / DAY_MS + 1;
}

/** Week and its year after ISO 8601: the week belongs to the year that holds its Thursday. */
function isoWeek(d: Date): { year: number; week: number } {
  const thursday = new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate() + 4 - (d.getUTCDay() || 7)));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1 };
}

function zone(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
