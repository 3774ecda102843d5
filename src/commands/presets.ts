/** `presets`: what `--preset` can start. */
import { serverCommand } from "./command.ts";
import type { PresetInfo } from "./agent-context.ts";
import { cell, formatTable } from "./text-table.ts";

export const presets = serverCommand({
  name: "presets",
  summary: "List the presets of the configuration",
  details: "Each is a way to start an agent or another program: fugue new --preset NAME, split --preset NAME.",
  group: "agent",
  effect: "read",
  agents: "any",
  args: {},
  mcp: {
    name: "list_presets", everywhere: true,
    description: `Lists the presets with which create_session, create_window and split_pane can start agents: names,
programs, models, tags. Without a server all servers answer: each has its own.`,
  },
  result: {
    "presets[].name": "string: its name, for preset",
    "presets[].harness": "string or null: kind of agent that it starts; null if the preset makes no sense",
    "presets[].command": "array of strings: the program and its first arguments; none for the shell",
    "presets[].model": "string or null: model that it asks for",
    "presets[].dir": "string or null: folder in which it starts",
    "presets[].tags": "array of strings: tags that a session made with it gets",
    "presets[].isolated": "boolean: each pane has a configuration folder of its own",
    "presets[].problem": "string or null: why it can't be started",
  },
  run: (ctx): { presets: PresetInfo[] } => ({ presets: ctx.agents.presets() }),
  render: (result: { presets: PresetInfo[] }) => (result.presets.length === 0 ? "" : formatTable([
    ["NAME", "HARNESS", "MODEL", "TAGS", "COMMAND"],
    ...result.presets.map(({ name, harness, model, tags, command, problem }) => [
      cell(name), cell(harness ?? "-"), cell(model ?? "-"), cell(tags.join(",") || "-"), cell(problem ?? command.join(" "), 100),
    ]),
  ])),
});
