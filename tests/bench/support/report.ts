/** The table of figures, as Markdown for people and as JSON for comparing runs. */
import type { SubjectName } from "../subjects/subject.ts";
import type { Machine } from "./machine.ts";
import type { Row, Value } from "./result.ts";

const COLUMNS: readonly SubjectName[] = ["fugue", "tmux", "screen", "bare pty", "ssh", "ssh+tmux", "mosh"];

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

/** Rows that follow each other and have the same subjects stand in one table. */
function tables(rows: readonly Row[]): { columns: SubjectName[]; rows: Row[] }[] {
  const found: { columns: SubjectName[]; rows: Row[]; remote: boolean }[] = [];
  for (const row of rows) {
    const remote = isRemote(row);
    if (found.at(-1)?.remote !== remote) found.push({ columns: [], rows: [], remote });
    found.at(-1)!.rows.push(row);
  }
  return found.map((table) => ({ ...table, columns: COLUMNS.filter((name) => table.rows.some(({ values }) => values[name] !== undefined)) }));
}

function isRemote({ bench }: Row): boolean {
  return bench.startsWith("remote");
}

function table({ columns, rows }: { columns: SubjectName[]; rows: Row[] }): string[] {
  const head = ["bench", "what", "unit", ...columns, "required", "met"];
  const lines = rows.map((row) => [row.bench, row.what, row.unit, ...columns.map((name) => cell(row.values[name])), row.required?.text ?? "", verdict(row)]);
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  const text = (words: readonly string[]) => `| ${words.map((word, i) => word.padEnd(widths[i]!)).join(" | ")} |`;
  return [text(head), text(widths.map((width) => "-".repeat(width))), ...lines.map(text), ""];
}

/** The tables, with columns of equal width, and below them what is missing and why. */
export function markdown(rows: readonly Row[], machine: Machine, quick: boolean): string {
  const versions = Object.entries(machine.versions).filter(([, version]) => version !== "-").map(([name, version]) => version || name);
  const facts = `${machine.cores} cores (${machine.cpu}), ${machine.system}, Linux ${machine.kernel}, load ${machine.load.toFixed(1)}; ${versions.join("; ")}`;
  const failures = rows.flatMap((row) => COLUMNS.flatMap((name) => {
    const value = row.values[name];
    return typeof value === "object" && value.none !== "-" ? [`${name}, ${row.bench}: ${value.none}`] : [];
  }));
  const notes = rows.flatMap((row) => (row.note ? [`${row.bench}, ${row.what}: ${row.note}`] : []));
  return [
    `${facts}${quick ? " (quick: not for figures)" : ""}`, "", ...tables(rows).flatMap(table),
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
