/** `config path`: where the configuration is. */
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";

export const configPathCommand = cliCommand({
  name: "config path",
  summary: "Print the path of the configuration file",
  details: `FUGUE_CONFIG or --config names it, else it is fugue/config.toml in XDG_CONFIG_HOME or ~/.config. It need
not exist.`,
  group: "config",
  effect: "read",
  args: {},
  result: { "config[].path": "string: the path", "config[].exists": "boolean: whether there is a file" },
  async run(ctx) {
    const { configPath } = await import("../config/location.ts");
    const { existsSync } = await import("node:fs");
    const path = configPath(ctx.env);
    ctx.stdout(ctx.json ? jsonDocument({ config: [{ path, exists: existsSync(path) }] }) : `${path}\n`);
  },
});
