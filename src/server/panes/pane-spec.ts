/** What a new pane runs, from what is asked for, its preset and the options. */
import type { SpawnOptions } from "../../commands/context.ts";
import { launchOf, presetNamed } from "../../harness/launch.ts";
import type { PaneSpec } from "../model/model.ts";
import type { ServerSettings } from "../settings.ts";

/**
 * @param home   the user's home
 * @param beside folder of the pane that it is made from; undefined: of none
 * @throws FugueError `noTarget` without such a preset, `config` if it makes no sense
 */
export function paneSpec(options: SpawnOptions, { defaultPath, presets }: ServerSettings, home: string | undefined, beside: string | undefined): PaneSpec {
  const launch = options.preset === undefined ? undefined
    : launchOf(presetNamed(options.preset, presets), () => crypto.randomUUID(), home, options.command);
  const cwd = options.cwd ?? launch?.cwd ?? options.from ?? defaultPath ?? beside ?? "/";
  if (!launch) return { command: options.command ?? [], cwd, env: options.env ?? {} };
  const { harness, command, base, session, isolate, history, restore, unsaved } = launch;
  return {
    command, cwd, env: { ...launch.env, ...options.env }, preset: options.preset,
    agent: { agent: harness, argv: [...base], ...(session !== undefined && { session }), ...(isolate && { isolated: true }) },
    ...(history !== undefined && { historyLines: Math.max(1, history) }), ...(restore !== undefined && { restore }), ...(unsaved && { unsaved }),
  };
}
