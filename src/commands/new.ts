/** `new` in the daemon: makes a session. In a shell `new-shell.ts` calls it and attaches. */
import { FugueError } from "../base/errors.ts";
import { checkName, printable } from "../base/names.ts";
import { DETACHED, PRESET, SPAWN, spawnOptions } from "./arguments.ts";
import { serverCommand } from "./command.ts";

/** Arguments of `new`, wherever it is given. */
export const NEW_ARGS = {
  name: {
    type: "string", positional: true, value: "NAME", help: "name of the session; default: the lowest free number",
  },
  attach: { type: "boolean", short: "A", help: "use the session of that name if there is one" },
  detached: { ...DETACHED, help: "don't show the session" },
  dir: { ...SPAWN.dir, help: "working folder; default: the current one" },
  size: {
    type: "size", value: "COLSxROWS", help: "size until somebody attaches; default: that of the terminal, or 80x24",
  },
  tag: { type: "string", repeat: true, value: "TAG", help: "word to find and group sessions by" },
  preset: PRESET,
  from: { type: "file", value: "DIR", help: "working folder if neither --dir nor the preset says one" },
  env: SPAWN.env,
  restore: {
    type: "choice", choices: ["off", "shell", "command"],
    help: "what of it runs again after a reboot; default: the option restore",
  },
  private: { type: "boolean", help: "keep nothing that it shows on the disk" },
  command: SPAWN.command,
} as const;

const LONGEST_TAG = 64;

/** Checks a tag. @throws FugueError `usage` */
export function checkTag(tag: string): void {
  if (tag.length <= LONGEST_TAG && /^[^\s,\p{C}]+$/u.test(tag)) return;
  throw new FugueError(
    "usage", `'${printable(tag, 60)}' is not a tag`, "one word without commas, at most 64 characters",
  );
}

/** What `new` made or found. */
export interface NewResult {
  sessions: { id: number; name: string; window: number; pane: number; created: boolean }[];
}

/** Refuses names and tags that can't be. @throws FugueError `usage` */
export function checkNew(args: {
  name?: string; tag: string[]; env: string[]; command: string[]; attach: boolean,
}): void {
  if (args.name !== undefined) checkName("session", args.name);
  else if (args.attach) throw new FugueError("usage", "--attach needs a NAME");
  args.tag.forEach(checkTag);
  spawnOptions(args);
}

export const newSession = serverCommand({
  name: "new",
  summary: "Create a session",
  details: `The session has one window with one pane, in which CMD runs, or the shell. In a terminal the session is
shown at once; with -d it stays in the background and its name is printed. The daemon is started if none runs.`,
  group: "session",
  effect: "write",
  agents: "any",
  args: NEW_ARGS,
  tmux: ["new-session"],
  mcp: {
    name: "create_session", args: ["name", "attach", "dir", "size", "tag", "preset", "env", "command"],
    description: `Creates a session with one window and one pane, in which the command runs, or a shell. Nobody's
screen changes. With attach a session of that name is used if there is one. With preset (list_presets) an agent runs in it,
to which command adds arguments: then prompt_agent. The session is yours: you may do anything with it.`,
  },
  result: {
    "sessions[].id": "integer: id of the session, never reused",
    "sessions[].name": "string: its name",
    "sessions[].window": "integer: id of its window",
    "sessions[].pane": "integer: id of its pane",
    "sessions[].created": "boolean: false if it was there before (--attach)",
  },
  check: checkNew,
  async run(ctx, args): Promise<NewResult> {
    const { name, detached, tag, size } = args;
    const existing = args.attach ? ctx.find.sessions().find((session) => session.name === name) : undefined;
    const show = (id: number) => {
      if (!detached && ctx.caller.kind === "person") ctx.clients.switchTo(id);
    };
    if (existing) {
      show(existing.id);
      const { id: window, active: pane } = ctx.find.window(existing.name);
      return { sessions: [{ id: existing.id, name: existing.name, window, pane, created: false }] };
    }
    const { session, window, pane } = await ctx.sessions.create({
      ...spawnOptions(args), name, tags: tag, ...size, restore: args.restore as "off" | "shell" | "command" | undefined,
      unsaved: args.private || undefined,
    });
    show(session.id);
    return { sessions: [{ id: session.id, name: session.name, window: window.id, pane: pane.id, created: true }] };
  },
});
