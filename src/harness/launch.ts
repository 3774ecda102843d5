/** From a preset to what a pane starts, and from a pane to the command line that brings its conversation back. Pure. */
import { FugueError } from "../base/errors.ts";
import { printable, suggestion } from "../base/names.ts";
import type { Preset } from "../config/presets.ts";
import { HARNESSES, harnessNamed, type Harness } from "./harness.ts";

const DEFAULT_HISTORY = 10_000;

/** What a pane of a preset starts with. */
export interface Launch {
  readonly harness: string;
  /** The command line without what is said about a conversation; empty: the shell. */
  readonly base: readonly string[];
  readonly command: string[];
  readonly cwd?: string;
  readonly env: Record<string, string>;
  readonly tags: readonly string[];
  /** Id of the conversation that it begins or goes on with, where that is known beforehand. */
  readonly session?: string;
  readonly isolate: boolean;
  /** Lines of history; undefined: as the options say. */
  readonly history?: number;
  /** What of it runs again after a reboot; undefined: as the options say. */
  readonly restore?: "off" | "shell" | "command";
  /** Nothing that it shows is kept on the disk. */
  readonly unsaved: boolean;
}

/** What is kept of a pane's agent: enough to start it again. */
export interface KeptAgent {
  /** Name of the harness. */
  readonly agent: string;
  readonly session?: string;
  /** A turn was begun: there is a conversation to go on with. */
  readonly talked?: boolean;
  readonly argv?: readonly string[];
}

/** The preset of this name. @throws FugueError `noTarget` with those that there are */
export function presetNamed(name: string, presets: readonly Preset[]): Preset {
  const found = presets.find((preset) => preset.name === name);
  if (found) return found;
  const names = presets.map((preset) => preset.name);
  throw new FugueError("noTarget", `no preset '${printable(name, 60)}'`, suggestion(name, names, "presets") ?? `write [presets.NAME] into config.toml`);
}

/** The harness of a preset: the one it names, the one it is called after, or what its command is. @throws FugueError `config` */
export function harnessOf(preset: Preset): Harness {
  const name = preset.harness ?? harnessNamed(preset.name)?.name ?? (preset.command === undefined ? undefined : "custom");
  const harness = name === undefined ? undefined : harnessNamed(name);
  if (harness) return harness;
  const names = HARNESSES.map((each) => each.name);
  throw new FugueError(
    "config", name === undefined ? `preset '${preset.name}' has neither harness nor command` : `preset '${preset.name}': there is no harness '${printable(name ?? "", 60)}'`,
    suggestion(name ?? "", names, "write harness = one of") ?? `write harness = one of ${names.join(", ")}`,
  );
}

/**
 * What a pane of this preset starts.
 * @param newId makes an id for a conversation
 * @param home  the user's home, for `~/`
 * @param extra further words of the user, after those of the preset
 * @throws FugueError `config` if the preset makes no sense
 */
export function launchOf(preset: Preset, newId: () => string, home: string | undefined, extra: readonly string[] = []): Launch {
  const harness = harnessOf(preset);
  const program = preset.command?.trim().split(/\s+/) ?? (harness.program === undefined ? [] : [harness.program]);
  if (harness.name === "custom" && program.length === 0) throw new FugueError("config", `preset '${preset.name}' has no command`, "write command = \"PROGRAM\"");
  if (preset.model !== undefined && !harness.model) throw new FugueError("config", `preset '${preset.name}': ${harness.name} takes no model`, "remove model, or write it into args");
  const isolate = preset.isolate !== undefined && preset.isolate !== false;
  if (isolate && !harness.config) throw new FugueError("config", `preset '${preset.name}': ${harness.name} can't be isolated`, "remove isolate");
  if (typeof preset.isolate === "string" && preset.isolate !== "config") throw new FugueError("config", `preset '${preset.name}': there is no isolation '${printable(preset.isolate, 60)}'`, "write isolate = true");
  const base = [
    ...program, ...(preset.model === undefined ? [] : harness.model!(preset.model)), ...(isolate ? (harness.isolated ?? []) : []),
    ...(preset.args ?? []), ...extra,
  ];
  const { words, session } = conversationOf(preset, harness, newId);
  return {
    harness: harness.name, base, command: place(base, words, harness), env: Object.fromEntries(preset.env ?? []), tags: preset.tags ?? [], isolate,
    ...(preset.cwd !== undefined && { cwd: preset.cwd.replace(/^~(?=\/|$)/, home ?? "~") }), ...(session !== undefined && { session }),
    ...(preset.history !== undefined && { history: linesOf(preset.history) }),
    ...(preset.restore !== undefined && { restore: preset.restore }), unsaved: preset.persist_history === false,
  };
}

function linesOf(history: boolean | number): number {
  return typeof history === "number" ? history : history ? DEFAULT_HISTORY : 0;
}

function conversationOf({ resume }: Preset, harness: Harness, newId: () => string): { words: string[]; session?: string } {
  if (resume !== undefined && resume !== false) {
    if (!harness.resume) return { words: [] };
    return typeof resume === "string" ? { words: harness.resume(resume), session: resume } : { words: harness.resume(undefined) };
  }
  if (!harness.begin) return { words: [] };
  const session = newId();
  return { words: harness.begin(session), session };
}

/** A sub-command (`codex resume`) stands right after the program, options at the end. */
function place(base: readonly string[], words: readonly string[], { program }: Harness): string[] {
  if (words[0]?.startsWith("-") !== false || program === undefined) return [...base, ...words];
  return [...base.slice(0, 1), ...words, ...base.slice(1)];
}

/**
 * The command line that brings a pane's agent back with its conversation; undefined if there is none to go on with:
 * then the pane is started as it was.
 */
export function resumeCommand(kept: KeptAgent | undefined): string[] | undefined {
  if (!kept?.argv || kept.argv.length === 0) return undefined;
  const harness = harnessNamed(kept.agent);
  if (!harness) return undefined;
  if (kept.session !== undefined && kept.talked && harness.resume) return place(kept.argv, harness.resume(kept.session), harness);
  // nothing was said yet: the same id can be begun again
  if (kept.session !== undefined && harness.begin) return place(kept.argv, harness.begin(kept.session), harness);
  return [...kept.argv];
}
