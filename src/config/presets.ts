/** `[presets.NAME]`: how to start an agent. Only the kinds of the fields are checked; what they mean is for others. */
import { FugueError } from "../base/errors.ts";
import { readEnvironment } from "./environment.ts";
import { readFields } from "./fields.ts";
import { checkName } from "./names.ts";
import type { Complaints } from "./problem.ts";
import { isTable } from "./toml-document.ts";
import { BOOL, oneOf, TEXTS, text } from "./value-types.ts";
import type { ValueType } from "./value-types.ts";

/** What programs in the panes of a preset may ask by the sideband: nothing, what a person allows each time, or all of it. */
export const SIDEBAND_POLICIES = ["off", "ask", "allow"] as const;
export type SidebandPolicy = (typeof SIDEBAND_POLICIES)[number];

/** One preset, as it stands in the file. */
export interface Preset {
  readonly name: string;
  readonly harness?: string;
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  readonly model?: string;
  readonly tags?: readonly string[];
  /** A way of isolation by name, or whether to isolate at all. */
  readonly isolate?: boolean | string;
  /** A conversation by name, or whether to go on with the last one. */
  readonly resume?: boolean | string;
  /** Whether to keep the history, or how many lines of it. */
  readonly history?: boolean | number;
  readonly sideband?: SidebandPolicy;
  /** Whether `<fugue:spawn …/>` in what its agent says is such a request as well. */
  readonly sideband_text?: boolean;
  /** What of its panes runs again after a reboot, in place of the option `restore`. */
  readonly restore?: "off" | "shell" | "command";
  /** Whether what its panes show may be on the disk; false wins over everything else. */
  readonly persist_history?: boolean;
  /** Rules for the agents of this preset, in place of those of `[mcp]`; what is denied there stays denied. */
  readonly mcp_servers?: readonly string[];
  readonly mcp_allow?: readonly string[];
  readonly mcp_deny?: readonly string[];
}

const MOST_PRESETS = 500;

/** true, false, or one more kind of value. */
function boolOr<T>(other: ValueType<T>): ValueType<boolean | T> {
  return {
    kind: `bool|${other.kind}`,
    accepts: `true, false, or ${other.accepts}`,
    read: (raw) => (typeof raw === "boolean" ? raw : other.read(raw)),
    parse: (word) => (/^(true|false)$/.test(word) ? BOOL.parse(word) : other.parse(word)),
    write: (value) => (typeof value === "boolean" ? BOOL.write(value) : other.write(value)),
  };
}

const LINES: ValueType<number> = {
  kind: "int",
  accepts: "a number of lines",
  read(raw) {
    if (typeof raw === "number" && Number.isInteger(raw) && raw >= 0 && raw <= 10_000_000) return raw;
    throw new FugueError("usage", "is neither true, false nor a number of lines", "write true, false or a number");
  },
  parse(word) {
    return this.read(Number(word));
  },
  write: String,
};

/** The fields of a preset but for `env`, in the order in which they are shown. */
export const PRESET_FIELDS = {
  harness: text(),
  command: text(),
  args: TEXTS,
  cwd: text(),
  model: text(),
  tags: TEXTS,
  isolate: boolOr(text()),
  resume: boolOr(text()),
  history: boolOr(LINES),
  sideband: oneOf(...SIDEBAND_POLICIES),
  sideband_text: BOOL,
  restore: oneOf("off", "shell", "command"),
  persist_history: BOOL,
  mcp_servers: TEXTS,
  mcp_allow: TEXTS,
  mcp_deny: TEXTS,
} satisfies Readonly<Record<string, ValueType<unknown>>>;

/** Reads `[presets]`. Presets with mistakes are left out. */
export function readPresets(raw: unknown, complaints: Complaints): readonly Preset[] {
  if (!isTable(raw)) {
    complaints.at(["presets"], "is not a table", "write [presets.NAME] with its fields below it");
    return [];
  }
  const presets: Preset[] = [];
  for (const [name, fields] of Object.entries(raw)) {
    const path = ["presets", name];
    if (complaints.full) break;
    if (presets.length >= MOST_PRESETS) {
      complaints.at(path, "there are too many presets", `${MOST_PRESETS} at most`);
      break;
    }
    if (!isTable(fields)) {
      complaints.at(path, "is not a table", "write [presets.NAME] with its fields below it");
      continue;
    }
    const named = complaints.try(path, () => (checkName(name), true));
    const { env: variables, ...others } = fields;
    const env = variables === undefined ? undefined : readEnvironment([...path, "env"], variables, complaints);
    const { values, good } = readFields(path, others, PRESET_FIELDS, "a preset", complaints);
    if (named && good && (variables === undefined || env)) presets.push({ name, ...values, ...(env && { env }) });
  }
  return presets;
}
