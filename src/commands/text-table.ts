/** Plain text for people: aligned columns of cells that no terminal misreads. */
import { printable } from "../base/names.ts";

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  return Bun.stringWidth(text);
}

/** Text of several lines for a terminal: line ends and tabs stay, all other control characters become visible. */
export function printableLines(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd",
  );
}

/** One cell: control characters made visible, at most `longest` characters. */
export function cell(value: string | number, longest = 256): string {
  return printable(String(value), longest);
}

/**
 * Rows as columns two blanks apart, without blanks at the ends of lines.
 * @param right  columns that are aligned to the right
 */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((text, i) => (widths[i] = Math.max(widths[i] ?? 0, textWidth(text))));
  return rows.map(
    (row) => row.map((text, i) => padded(text, widths[i]!, right.includes(i))).join("  ").trimEnd()
  ).join("\n");
}

/**
 * A table with a row for each item of a list; where the items are those of several servers, each row begins with its server.
 * @param right columns of a row that are aligned to the right
 * @returns "" for an empty list, also if there is a header
 */
export function listTable<T extends object>(
  items: readonly T[], several: boolean | undefined, row: (item: T) => readonly string[], header?: readonly string[],
  right: readonly number[] = [],
): string {
  if (items.length === 0) return "";
  const own = (server: string) => (several ? [server] : []);
  const rows = items.map((item) => [...own(cell((item as { server?: string }).server ?? "", 64)), ...row(item)]);
  return formatTable(header ? [[...own("SERVER"), ...header], ...rows] : rows, several ? right.map((column) => column + 1) : right);
}

function padded(text: string, width: number, toRight: boolean): string {
  const blanks = " ".repeat(Math.max(0, width - textWidth(text)));
  return toRight ? blanks + text : text + blanks;
}

/** A number with its noun: `1 session`, `2 sessions`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
