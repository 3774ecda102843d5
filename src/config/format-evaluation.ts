/** What a format says at one moment: runs of text with styles for the screen, or plain text for titles. Pure. */
import { graphemes } from "../base/graphemes.ts";
import type { Format, FormatModifier, FormatNode, FormatNodes } from "./format.ts";
import type { FormatValues } from "./format-variables.ts";
import { formatTime } from "./strftime.ts";
import { mergeStyles, NO_STYLE } from "./style.ts";
import type { StyleSpec } from "./style.ts";

/** Text with one style: a change relative to the style of the place where it is shown. */
export interface FormatRun {
  readonly text: string;
  readonly style: StyleSpec;
}

const LONGEST_VALUE = 1024;
const LONGEST_RESULT = 8192;

/**
 * Evaluates a format into runs of text, neighbours of the same style joined; none is empty. The whole text is cut at
 * 8,192 UTF-16 units, a variable at 1,024; control characters in variables are dropped (programs choose titles).
 * @param wall milliseconds since the Unix epoch, for `%H` and the like
 */
export function evaluateFormat(format: Format, values: FormatValues, wall: number): readonly FormatRun[] {
  return new Evaluation(values, wall).run(format.nodes, NO_STYLE).runs;
}

/** Evaluates a format into plain text, without its styles. Bounds as evaluateFormat. */
export function formatText(format: Format, values: FormatValues, wall: number): string {
  return textOf(evaluateFormat(format, values, wall));
}

/** Runs, and the style that holds after them. */
interface Piece {
  readonly runs: readonly FormatRun[];
  readonly style: StyleSpec;
}

class Evaluation {
  private left = LONGEST_RESULT;

  constructor(private readonly values: FormatValues, private readonly wall: number) {}

  run(nodes: FormatNodes, before: StyleSpec): Piece {
    const runs: FormatRun[] = [];
    let style = before;
    for (const node of nodes) {
      const piece = this.node(node, style);
      style = piece.style;
      for (const next of piece.runs) append(runs, next);
    }
    return { runs, style };
  }

  private node(node: FormatNode, style: StyleSpec): Piece {
    switch (node.kind) {
      case "text":
        return this.plain(node.text, style);
      case "variable":
        return this.plain(this.value(node), style);
      case "time":
        return this.plain(formatTime(node.letter, this.wall), style);
      case "style":
        // `default` goes back to the style of the place, not to the terminal's
        return { runs: [], style: node.style.reset ? { ...node.style, reset: false } : mergeStyles(style, node.style) };
      case "choice":
        return this.run(this.truth(node.flag) ? node.yes : node.no, style);
      case "compare":
        return this.plain(this.compare(node) ? "1" : "0", style);
      case "modified":
        return node.modifiers.reduce(modify, this.run(node.body, style));
    }
  }

  private plain(text: string, style: StyleSpec): Piece {
    const kept = text.length > this.left ? cutUnits(text, this.left) : text;
    this.left -= kept.length;
    return { runs: kept === "" ? [] : [{ text: kept, style }], style };
  }

  private value(node: FormatNode & { kind: "variable" }): string {
    const value = Object.hasOwn(this.values, node.name) ? this.values[node.name] : undefined;
    if (value === undefined) return "";
    if (typeof value === "boolean") return value ? "1" : "0";
    return cutUnits(String(value), LONGEST_VALUE).replace(/[\x00-\x1f\x7f-\x9f]/g, "");
  }

  /** The text of an operand; it does not count towards the length of the result. */
  private aside(nodes: FormatNodes): string {
    const left = this.left;
    this.left = LONGEST_RESULT;
    const text = textOf(this.run(nodes, NO_STYLE).runs);
    this.left = left;
    return text;
  }

  private truth(nodes: FormatNodes): boolean {
    const text = this.aside(nodes);
    return text !== "" && text !== "0";
  }

  private compare(node: FormatNode & { kind: "compare" }): boolean {
    switch (node.by) {
      case "==":
        return this.aside(node.left) === this.aside(node.right);
      case "!=":
        return this.aside(node.left) !== this.aside(node.right);
      case "&&":
        return this.truth(node.left) && this.truth(node.right);
      case "||":
        return this.truth(node.left) || this.truth(node.right);
    }
  }
}

function modify(piece: Piece, modifier: FormatModifier): Piece {
  switch (modifier.kind) {
    case "cut":
      return { ...piece, runs: cutColumns(piece.runs, modifier.width, modifier.marker) };
    case "pad":
      return { ...piece, runs: padColumns(piece.runs, modifier.width, piece.style) };
    case "basename":
      return { ...piece, runs: replaceText(piece.runs, textOf(piece.runs).replace(/^(?:.*\/)?([^/]+)\/*$/s, "$1")) };
    case "dirname":
      return { ...piece, runs: replaceText(piece.runs, textOf(piece.runs).replace(/\/*[^/]+\/*$/, "") || "/") };
  }
}

function replaceText(runs: readonly FormatRun[], text: string): readonly FormatRun[] {
  return runs.length === 0 ? runs : [{ text, style: runs[0]!.style }];
}

function cutColumns(runs: readonly FormatRun[], width: number, marker: string): readonly FormatRun[] {
  const most = Math.abs(width);
  if (widthOf(runs) <= most) return runs;
  const pieces = graphemesOf(runs);
  if (width < 0) pieces.reverse();
  const kept: FormatRun[] = [];
  let used = 0;
  for (const piece of pieces) {
    used += Bun.stringWidth(piece.text);
    if (used > most) break;
    kept.push(piece);
  }
  const style = (kept.at(-1) ?? pieces[0])?.style ?? NO_STYLE;
  if (marker !== "") kept.push({ text: marker, style });
  if (width < 0) kept.reverse();
  const joined: FormatRun[] = [];
  for (const run of kept) append(joined, run);
  return joined;
}

function padColumns(runs: readonly FormatRun[], width: number, style: StyleSpec): readonly FormatRun[] {
  const missing = Math.abs(width) - widthOf(runs);
  if (missing <= 0) return runs;
  const padding = { text: " ".repeat(missing), style };
  return width < 0 ? [padding, ...runs] : [...runs, padding];
}

function append(runs: FormatRun[], next: FormatRun): void {
  const last = runs.at(-1);
  if (last && sameStyle(last.style, next.style)) {
    runs[runs.length - 1] = { text: last.text + next.text, style: last.style };
  } else runs.push(next);
}

function sameStyle(a: StyleSpec, b: StyleSpec): boolean {
  if (a === b) return true;
  const sameColours = a.fg === b.fg && a.bg === b.bg && a.ul === b.ul;
  return sameColours && a.set === b.set && a.clear === b.clear && a.reset === b.reset;
}

function widthOf(runs: readonly FormatRun[]): number {
  return Bun.stringWidth(textOf(runs));
}

function textOf(runs: readonly FormatRun[]): string {
  return runs.map((run) => run.text).join("");
}

function graphemesOf(runs: readonly FormatRun[]): FormatRun[] {
  return runs.flatMap((run) => graphemes(run.text).map((text) => ({ text, style: run.style })));
}

/** The first `most` UTF-16 units, without half a surrogate pair at the end. */
function cutUnits(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}
