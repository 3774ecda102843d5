/**
 * The format language of status line, titles and borders: a small part of tmux's (sections FORMATS and STYLES of
 * tmux(1)), read once into a tree. `#{name}` and `#S` are variables, `#{?flag,yes,no}` a choice, `#{==:a,b}` a
 * comparison, `#{=20:name}` a cut, `#[fg=red]` a style, `%H` a time, `##` a `#`, `%%` a `%`.
 */
import { FugueError } from "../base/errors.ts";
import { FORMAT_VARIABLES, VARIABLE_LETTERS, variableNamed, variableOfLetter } from "./format-variables.ts";
import type { FormatVariable } from "./format-variables.ts";
import { quoteShort } from "./problem.ts";
import { isTimeConversion } from "./strftime.ts";
import { parseStyle } from "./style.ts";
import type { StyleSpec } from "./style.ts";
import { suggestion } from "./suggest.ts";

const LONGEST_FORMAT = 4096;
const DEEPEST_FORMAT = 16;
const WIDEST = 1000;

/** Truth of a text is: not empty and not `0`. */
export type Comparison = "==" | "!=" | "&&" | "||";

/** What `#{MODIFIER:...}` does to the text behind it; widths are in columns. */
export type FormatModifier =
  /** Keeps the first `width` columns (the last ones if negative), and adds `marker` if something was cut. */
  | { readonly kind: "cut"; readonly width: number; readonly marker: string }
  /** Fills with blanks up to `width` columns: behind the text, or before it if negative. */
  | { readonly kind: "pad"; readonly width: number }
  | { readonly kind: "basename" }
  | { readonly kind: "dirname" };

/** One piece of a format. */
export type FormatNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: FormatVariable }
  | { readonly kind: "time"; readonly letter: string }
  | { readonly kind: "style"; readonly style: StyleSpec }
  | { readonly kind: "choice"; readonly flag: FormatNodes; readonly yes: FormatNodes; readonly no: FormatNodes }
  | { readonly kind: "compare"; readonly by: Comparison; readonly left: FormatNodes; readonly right: FormatNodes }
  | { readonly kind: "modified"; readonly modifiers: readonly FormatModifier[]; readonly body: FormatNodes };

export type FormatNodes = readonly FormatNode[];

/** A format that was read: its text, and the tree that is evaluated. */
export interface Format {
  readonly source: string;
  readonly nodes: FormatNodes;
}

/**
 * Reads a format of at most 4,096 characters, nested at most 16 deep.
 * @throws FugueError `usage` that names the part that is wrong
 */
export function parseFormat(source: string): Format {
  if (source.length > LONGEST_FORMAT) {
    throw new FugueError("usage", "the format is too long", `${LONGEST_FORMAT} characters at most`);
  }
  if (/[\x00-\x1f\x7f-\x9f]/.test(source)) {
    throw new FugueError("usage", "the format holds a control character", "write #[...] for colours and styles");
  }
  return { source, nodes: new FormatParser(source).all() };
}

class FormatParser {
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {}

  all(): FormatNodes {
    return this.sequence("");
  }

  /** Nodes up to (not including) one of the characters `ends`, or to the end of the source if there are none. */
  private sequence(ends: string): FormatNodes {
    if (++this.depth > DEEPEST_FORMAT) {
      throw new FugueError("usage", "the format is nested too deeply", "16 levels at most");
    }
    const nodes: FormatNode[] = [];
    let text = "";
    while (this.at < this.source.length && !ends.includes(this.source[this.at]!)) {
      const node = this.piece();
      if (typeof node === "string") text += node;
      else {
        if (text !== "") nodes.push({ kind: "text", text });
        text = "";
        nodes.push(node);
      }
    }
    if (text !== "") nodes.push({ kind: "text", text });
    this.depth--;
    return nodes;
  }

  /** One node, or a piece of plain text. */
  private piece(): FormatNode | string {
    const char = this.source[this.at++]!;
    if (char === "%") return this.time();
    if (char !== "#") return char;
    const next = this.source[this.at] ?? "";
    if (next === "{") return this.braces();
    if (next === "[") return this.style();
    if (next === "(") throw new FugueError("usage", "formats run no shell commands: #(...)", "remove #(...)");
    if (next === "") return "#";
    this.at++;
    if ("#,}".includes(next)) return next;
    if (!/[A-Za-z]/.test(next)) return `#${next}`;
    const name = variableOfLetter(next);
    if (name !== undefined) return { kind: "variable", name };
    throw new FugueError(
      "usage", `unknown variable '#${next}'`, `the letters are ${VARIABLE_LETTERS}; write ## for a #`,
    );
  }

  private time(): FormatNode | string {
    const letter = this.source[this.at] ?? "";
    if (!/[A-Za-z%]/.test(letter)) return "%";
    this.at++;
    if (letter === "%") return "%";
    if (isTimeConversion(letter)) return { kind: "time", letter };
    throw new FugueError(
      "usage", `unknown time conversion '%${letter}'`, "write %% for a percent sign, or see strftime(3)",
    );
  }

  private style(): FormatNode {
    const end = this.source.indexOf("]", this.at);
    if (end < 0) throw new FugueError("usage", "'#[' without a ']' after it", "close the style: #[fg=red]");
    const text = this.source.slice(this.at + 1, end).replaceAll("#,", ",");
    this.at = end + 1;
    return { kind: "style", style: parseStyle(text) };
  }

  /** What stands in `#{...}`; the position is at the brace. */
  private braces(): FormatNode {
    const opened = this.at - 1;
    this.at++;
    const node = this.choice() ?? this.comparison() ?? this.modified() ?? this.variable("}");
    if (this.source[this.at] !== "}") {
      const part = quoteShort(this.source.slice(opened));
      throw new FugueError(
        "usage", `${part}: no '}' closes the '#{'`, "write #{name} or #{?flag,yes,no}; a } as text is #}",
      );
    }
    this.at++;
    return node;
  }

  private choice(): FormatNode | undefined {
    if (this.source[this.at] !== "?") return undefined;
    this.at++;
    const flag = this.operand(",");
    if (this.source[this.at] !== ",") {
      throw new FugueError("usage", "'#{?' without a ','", "write #{?flag,text if set,text if not}");
    }
    this.at++;
    const yes = this.sequence(",}");
    let no: FormatNodes = [];
    if (this.source[this.at] === ",") {
      this.at++;
      no = this.sequence("}");
    }
    return { kind: "choice", flag, yes, no };
  }

  private comparison(): FormatNode | undefined {
    const by = /^(==|!=|&&|\|\|):/.exec(this.source.slice(this.at, this.at + 3))?.[1] as Comparison | undefined;
    if (by === undefined) return undefined;
    this.at += 3;
    const left = this.sequence(",}");
    if (this.source[this.at] !== ",") {
      throw new FugueError("usage", `'#{${by}:' without a ','`, `write #{${by}:#{name},text}`);
    }
    this.at++;
    return { kind: "compare", by, left, right: this.sequence("}") };
  }

  private modified(): FormatNode | undefined {
    const colon = /^[^:,{}#]*:/.exec(this.source.slice(this.at, this.at + 100))?.[0];
    if (colon === undefined) return undefined;
    this.at += colon.length;
    const modifiers = colon.slice(0, -1).split(";").map(parseModifier);
    return { kind: "modified", modifiers, body: this.operand("}") };
  }

  /** The name of a variable, or a sequence if it begins with `#`; up to `end`. */
  private operand(end: string): FormatNodes {
    return this.source[this.at] === "#" ? this.sequence(`${end}}`) : [this.variable(end)];
  }

  private variable(end: string): FormatNode {
    const written = /^[^,{}#]*/.exec(this.source.slice(this.at))![0];
    this.at += written.length;
    const name = variableNamed(written);
    if (name !== undefined) return { kind: "variable", name };
    const hint = end === "," ? "write #{?flag,yes,no} with the name of a variable" : "see the list of variables";
    throw new FugueError(
      "usage",
      `unknown variable ${quoteShort(written)}`,
      suggestion(written, Object.keys(FORMAT_VARIABLES), written.startsWith("@") ? "there are no user options" : hint),
    );
  }
}

function parseModifier(text: string): FormatModifier {
  if (text === "b") return { kind: "basename" };
  if (text === "d") return { kind: "dirname" };
  const parts = /^(=|p)(?:(-?\d{1,4})|([/|])(-?\d{1,4})\3([^/|]*)\3?)$/.exec(text);
  const width = Number(parts?.[2] ?? parts?.[4] ?? NaN);
  if (!parts || Math.abs(width) > WIDEST || (parts[1] === "p" && parts[3] !== undefined)) {
    const hint = `the modifiers are =WIDTH, =/WIDTH/MARKER, pWIDTH, b and d; widths up to ${WIDEST}`;
    throw new FugueError("usage", `unknown modifier ${quoteShort(text)}`, hint);
  }
  return parts[1] === "p" ? { kind: "pad", width } : { kind: "cut", width, marker: parts[5] ?? "" };
}
