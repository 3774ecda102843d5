/** The table of figures, as Markdown for people and as JSON for comparing runs. */
import type { SubjectName } from "../subjects/subject.ts";
import type { Machine } from "./machine.ts";
import type { Row, Value } from "./result.ts";

const COLUMNS: readonly SubjectName[] = ["fugue", "tmux", "screen", "bare pty"];

/** A number with about three digits. */
function short(value: number): string {
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function cell(value: Value | undefined): string {
  if (value === undefined) return "-";
  if (typeof value === "number") return short(value);
  return value.none === "-" ? "-" : "failed";
}

function verdict(row: Row): string {
  if (!row.required) return "";
  const met = row.required.met(row.values);
  return met === undefined ? "?" : met ? "yes" : "**no**";
}

/** The table, with columns of equal width, and below it what is missing and why. */
export function markdown(rows: readonly Row[], machine: Machine, quick: boolean): string {
  const head = ["bench", "what", "unit", ...COLUMNS, "required", "met"];
  const lines = rows.map((row) => [row.bench, row.what, row.unit, ...COLUMNS.map((name) => cell(row.values[name])), row.required?.text ?? "", verdict(row)]);
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  const text = (words: readonly string[]) => `| ${words.map((word, i) => word.padEnd(widths[i]!)).join(" | ")} |`;
  const versions = Object.entries(machine.versions).filter(([, version]) => version !== "-").map(([name, version]) => version || name);
  const facts = `${machine.cores} cores (${machine.cpu}), ${machine.system}, Linux ${machine.kernel}, load ${machine.load.toFixed(1)}; ${versions.join("; ")}`;
  const failures = rows.flatMap((row) => COLUMNS.flatMap((name) => {
    const value = row.values[name];
    return typeof value === "object" && value.none !== "-" ? [`${name}, ${row.bench}: ${value.none}`] : [];
  }));
  const notes = rows.flatMap((row) => (row.note ? [`${row.bench}, ${row.what}: ${row.note}`] : []));
  return [
    `${facts}${quick ? " (quick: not for figures)" : ""}`, "",
    text(head), text(widths.map((width) => "-".repeat(width))), ...lines.map(text), "",
    ...[...new Set(failures)].map((line) => `failed: ${line}`), ...[...new Set(notes)],
  ].join("\n");
}

/** The same for programs. */
export function json(rows: readonly Row[], machine: Machine, quick: boolean, wall: number): string {
  const results = rows.map(({ bench, what, unit, values, required, note }) => ({
    bench, what, unit, values, required: required?.text, met: required?.met(values), note,
  }));
  return `${JSON.stringify({ at: new Date(wall).toISOString(), quick, machine, results }, null, 2)}\n`;
}
