/** `config import-tmux`: a configuration of ours from one of tmux. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { FugueError } from "../base/errors.ts";
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import { cell } from "./text-table.ts";

export const configImportTmux = cliCommand({
  name: "config import-tmux",
  summary: "Print a configuration made from that of tmux",
  details: `The result goes to standard output, what could not be taken over to standard error, with the reasons:
fugue config import-tmux > ~/.config/fugue/config.toml`,
  group: "config",
  effect: "read",
  args: {
    file: {
      type: "file", positional: true, value: "FILE",
      help: "file of tmux, - for standard input; default: ~/.tmux.conf, ~/.config/tmux/tmux.conf",
    },
  },
  result: {
    "config[].toml": "string: the configuration",
    "config[].skipped[].line": "integer: line of a command that was not taken over",
    "config[].skipped[].text": "string: the command",
    "config[].skipped[].why": "string: the reason",
  },
  async run(ctx, args) {
    const { importTmux } = await import("../config/import-tmux.ts");
    const { toml, skipped } = importTmux(await textOf(ctx, args.file ?? defaultFile(ctx)), await ctx.language());
    if (ctx.json) return ctx.stdout(jsonDocument({ config: [{ toml, skipped }] }));
    ctx.stdout(toml);
    for (const { line, text, why } of skipped) ctx.stderr(`line ${line}: ${cell(text, 200)}: ${cell(why)}\n`);
  },
});

function defaultFile(ctx: CliContext): string {
  const home = ctx.env.HOME ?? "";
  const config = ctx.env.XDG_CONFIG_HOME || join(home, ".config");
  const found = [join(home, ".tmux.conf"), join(config, "tmux", "tmux.conf")].find((path) => existsSync(path));
  if (found) return found;
  throw new FugueError("failed", "there is no configuration of tmux", "name the file: fugue config import-tmux FILE");
}

async function textOf(ctx: CliContext, file: string): Promise<string> {
  if (file === "-") return ctx.stdin();
  const { readConfigText } = await import("../config/config-source.ts");
  const read = readConfigText(file);
  if (read.kind === "text") return read.text;
  throw new FugueError("failed", `${cell(file)}: ${read.kind === "missing" ? "there is no such file" : read.message}`);
}
