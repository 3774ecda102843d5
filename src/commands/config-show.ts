/** `config show`: the settings that are in force. */
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";

export const configShow = cliCommand({
  name: "config show",
  summary: "Print the settings that are in force",
  details: "As TOML that could stand in the configuration file, every option with its meaning and its default.",
  group: "config",
  effect: "read",
  args: {},
  tmux: ["show-options"],
  result: { "config[].path": "string: the file", "config[].toml": "string: the settings as TOML" },
  async run(ctx) {
    const { configPath } = await import("../config/location.ts");
    const { loadConfig } = await import("../config/config-file.ts");
    const { showConfig } = await import("../config/config-text.ts");
    const path = configPath(ctx.env);
    const { check } = await ctx.language();
    const { config, problems } = loadConfig(path, ctx.env, check);
    if (problems.length > 0) ctx.stderr(`fugue: ${path} has mistakes, which are left out (see: fugue config check)\n`);
    const toml = showConfig(config);
    ctx.stdout(ctx.json ? jsonDocument({ config: [{ path, toml }] }) : toml);
  },
});
