/** `env`: variables that later panes of a session get. */
import { environment } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import { SESSION } from "./arguments.ts";
import { cell } from "./text-table.ts";

interface Variable {
  name: string;
  value: string;
}

export const env = serverCommand({
  name: "env",
  summary: "Change or show the environment of a session",
  details: "What runs already keeps what it has: panes that are made later get the variables.",
  group: "session",
  effect: "write",
  args: {
    target: SESSION,
    set: { type: "string", repeat: true, value: "NAME=VALUE", help: "give a variable this value" },
    unset: { type: "string", repeat: true, value: "NAME", help: "forget a variable" },
  },
  mcp: {
    name: "session_environment",
    description: `Sets and unsets variables that later panes of a session get, and gives those that it has then. Programs
that run already keep theirs.`,
  },
  result: { "variables[].name": "string: name", "variables[].value": "string: value" },
  check: (args) => void environment(args.set),
  run(ctx, args): { variables: Variable[] } {
    const { id } = ctx.find.session(args.target);
    if (args.set.length + args.unset.length > 0) ctx.labels.setEnvironment(id, environment(args.set), args.unset);
    return { variables: Object.entries(ctx.labels.environment(id)).map(([name, value]) => ({ name, value })) };
  },
  render: (result: { variables: Variable[] }) => result.variables.map(({ name, value }) => `${cell(name)}=${cell(value, 4096)}`).join("\n"),
});
