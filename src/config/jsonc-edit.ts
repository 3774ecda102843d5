/** Changes one member of a JSON document as text: comments, order and layout of everything else stay as they are. */
import { FugueError } from "../base/errors.ts";

interface Member {
  key: string;
  /** Where the key begins, and where the value begins and ends. */
  start: number;
  value: number;
  end: number;
}

interface Body {
  /** Position after `{`, and that of `}`. */
  begin: number;
  end: number;
  members: Member[];
}

/** Sets the member at a path of names; objects on the way are made. @throws FugueError `config` for what is no JSON object */
export function setMember(text: string, path: readonly [string, ...string[]], value: unknown): string {
  const source = text.trim() === "" ? "{}\n" : text;
  return setIn(source, new Reader(source).document(), path, value, 1);
}

/** Removes the member at a path, and the object around it if nothing is left in it. @throws as `setMember` */
export function removeMember(text: string, path: readonly [string, string]): string {
  if (text.trim() === "") return text;
  const root = new Reader(text).document();
  const outer = root.members.find(({ key }) => key === path[0]);
  if (!outer || text[outer.value] !== "{") return text;
  const body = new Reader(text, outer.value).body();
  const inner = body.members.find(({ key }) => key === path[1]);
  if (!inner) return text;
  return body.members.length === 1 ? cut(text, root, outer) : cut(text, body, inner);
}

function setIn(text: string, body: Body, [name, ...rest]: readonly string[], value: unknown, depth: number): string {
  const member = body.members.find(({ key }) => key === name);
  if (member && rest.length > 0) {
    if (text[member.value] !== "{") throw new FugueError("config", `'${name}' is not an object`, "correct the file first");
    return setIn(text, new Reader(text, member.value).body(), rest, value, depth + 1);
  }
  const whole = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  const indent = indentOf(text, body, depth);
  const json = JSON.stringify(whole, null, 2).replaceAll("\n", `\n${indent}`);
  if (member) return text.slice(0, member.value) + json + text.slice(member.end);
  const last = body.members.at(-1);
  const line = `\n${indent}${JSON.stringify(name)}: ${json}`;
  // a comma that stands there already goes on to stand behind the last member
  if (last) return `${text.slice(0, last.end)},${line}${text.slice(last.end)}`;
  return `${text.slice(0, body.begin)}${line}\n${indent.slice(2)}${text.slice(body.end)}`;
}

/** What stands before the first member on its line, or two blanks for each level. */
function indentOf(text: string, { members }: Body, depth: number): string {
  const first = members[0];
  const before = first && /(?:^|\n)([ \t]*)$/.exec(text.slice(0, first.start))?.[1];
  return before ?? "  ".repeat(depth);
}

/** Takes a member out, with the comma that belongs to it and its line. */
function cut(text: string, body: Body, member: Member): string {
  const at = body.members.indexOf(member);
  const next = body.members[at + 1];
  const before = body.members[at - 1];
  if (next) return text.slice(0, member.start) + text.slice(next.start);
  if (before) return text.slice(0, before.end) + text.slice(member.end);
  return `${text.slice(0, body.begin)}${text.slice(body.end)}`;
}

/** Finds the members of objects; comments and trailing commas are passed over. */
class Reader {
  constructor(private readonly text: string, private at = 0) {}

  document(): Body {
    this.blanks();
    if (this.text[this.at] !== "{") throw this.broken();
    const body = this.body();
    this.blanks();
    if (this.at < this.text.length) throw this.broken();
    return body;
  }

  /** From `{` to after `}`. */
  body(): Body {
    const begin = ++this.at;
    const members: Member[] = [];
    for (;;) {
      this.blanks();
      if (this.text[this.at] === "}") return { begin, end: this.at++, members };
      const start = this.at;
      const key = this.string();
      this.blanks();
      if (this.text[this.at++] !== ":") throw this.broken();
      this.blanks();
      const value = this.at;
      this.value();
      members.push({ key, start, value, end: this.at });
      this.blanks();
      if (this.text[this.at] === ",") this.at++;
      else if (this.text[this.at] !== "}") throw this.broken();
    }
  }

  private value(): void {
    const char = this.text[this.at];
    if (char === "{") this.body();
    else if (char === "[") this.list();
    else if (char === "\"") this.string();
    else {
      const word = /^(?:true|false|null|-?\d[\d.eE+-]*)/.exec(this.text.slice(this.at, this.at + 64))?.[0];
      if (word === undefined) throw this.broken();
      this.at += word.length;
    }
  }

  private list(): void {
    this.at++;
    for (;;) {
      this.blanks();
      if (this.text[this.at] === "]") return void this.at++;
      this.value();
      this.blanks();
      if (this.text[this.at] === ",") this.at++;
      else if (this.text[this.at] !== "]") throw this.broken();
    }
  }

  private string(): string {
    const found = /"(?:[^"\\\n]|\\.)*"/y;
    found.lastIndex = this.at;
    const text = found.exec(this.text)?.[0];
    if (text === undefined) throw this.broken();
    this.at += text.length;
    return JSON.parse(text) as string;
  }

  /** White space and comments of both kinds. */
  private blanks(): void {
    const found = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
    found.lastIndex = this.at;
    this.at += found.exec(this.text)?.[0].length ?? 0;
  }

  private broken(): FugueError {
    const line = this.text.slice(0, this.at).split("\n").length;
    return new FugueError("config", `line ${line} is not JSON`, "correct the file first: nothing was changed");
  }
}
