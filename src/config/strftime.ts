/** Dates and times in formats: the conversions of strftime(3) in the POSIX locale, in the machine's time zone. */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];
const DAY_MS = 86_400_000;

const CONVERSIONS: Readonly<Record<string, (d: Date) => string>> = {
  a: (d) => DAYS[d.getDay()]!.slice(0, 3),
  A: (d) => DAYS[d.getDay()]!,
  b: (d) => MONTHS[d.getMonth()]!.slice(0, 3),
  B: (d) => MONTHS[d.getMonth()]!,
  c: (d) => ["a", "b", "e", "T", "Y"].map((letter) => formatParts(d, letter)).join(" "),
  C: (d) => two(Math.floor(d.getFullYear() / 100)),
  d: (d) => two(d.getDate()),
  D: (d) => `${two(d.getMonth() + 1)}/${two(d.getDate())}/${two(d.getFullYear() % 100)}`,
  e: (d) => blank(d.getDate()),
  F: (d) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`,
  G: (d) => String(isoWeek(d).year),
  g: (d) => two(isoWeek(d).year % 100),
  h: (d) => MONTHS[d.getMonth()]!.slice(0, 3),
  H: (d) => two(d.getHours()),
  I: (d) => two(d.getHours() % 12 || 12),
  j: (d) => String(dayOfYear(d)).padStart(3, "0"),
  k: (d) => blank(d.getHours()),
  l: (d) => blank(d.getHours() % 12 || 12),
  m: (d) => two(d.getMonth() + 1),
  M: (d) => two(d.getMinutes()),
  n: () => " ",
  p: (d) => (d.getHours() < 12 ? "AM" : "PM"),
  P: (d) => (d.getHours() < 12 ? "am" : "pm"),
  r: (d) => `${formatParts(d, "I", "M", "S")} ${formatParts(d, "p")}`,
  R: (d) => formatParts(d, "H", "M"),
  s: (d) => String(Math.floor(d.getTime() / 1000)),
  S: (d) => two(d.getSeconds()),
  t: () => " ",
  T: (d) => formatParts(d, "H", "M", "S"),
  u: (d) => String(d.getDay() || 7),
  U: (d) => two(Math.floor((dayOfYear(d) + 6 - d.getDay()) / 7)),
  V: (d) => two(isoWeek(d).week),
  w: (d) => String(d.getDay()),
  W: (d) => two(Math.floor((dayOfYear(d) + 6 - ((d.getDay() + 6) % 7)) / 7)),
  x: (d) => `${two(d.getMonth() + 1)}/${two(d.getDate())}/${two(d.getFullYear() % 100)}`,
  X: (d) => formatParts(d, "H", "M", "S"),
  y: (d) => two(d.getFullYear() % 100),
  Y: (d) => String(d.getFullYear()),
  z: (d) => zone(-d.getTimezoneOffset()),
  Z: (d) => new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(d)
    .find((part) => part.type === "timeZoneName")?.value ?? "",
};

/** True if `%` and this letter are a conversion. Line ends (`%n`, `%t`) become blanks: formats are one line. */
export function isTimeConversion(letter: string): boolean {
  return Object.hasOwn(CONVERSIONS, letter);
}

/** One conversion, e.g. `H` of `%H`. @param wall milliseconds since the Unix epoch */
export function formatTime(letter: string, wall: number): string {
  return isTimeConversion(letter) ? CONVERSIONS[letter]!(new Date(wall)) : "";
}

/** Several conversions with colons between them. */
function formatParts(d: Date, ...letters: readonly string[]): string {
  return letters.map((letter) => CONVERSIONS[letter]!(d)).join(":");
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

function blank(n: number): string {
  return String(n).padStart(2, " ");
}

/** Day of the year, counted from 1; in UTC arithmetic, because local days may last 23 or 25 hours. */
function dayOfYear(d: Date): number {
  const day = Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  return (day - Date.UTC(d.getFullYear(), 0, 1)) / DAY_MS + 1;
}

/** Week and its year after ISO 8601: the week belongs to the year that holds its Thursday. */
function isoWeek(d: Date): { year: number; week: number } {
  const thursday = new Date(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate() + 4 - (d.getDay() || 7)));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1 };
}

function zone(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
