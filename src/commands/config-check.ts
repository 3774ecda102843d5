/** `config check`: what is wrong in a configuration file. */
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";

export const configCheck = cliCommand({
  name: "config check",
  summary: "Check the configuration file",
  details: "Prints one line for each mistake, with what to do about it. The exit status is 1 if there are any.",
  group: "config",
  effect: "read",
  args: { file: { type: "file", positional: true, value: "FILE", help: "file to check; default: the one in use" } },
  result: {
    "problems[].file": "string: the file",
    "problems[].line": "integer: line from 1, or 0 for the file as a whole",
    "problems[].key": "string: the setting, as options.mouse",
    "problems[].message": "string: what is wrong",
    "problems[].hint": "string: what to do about it",
  },
  async run(ctx, args) {
    const { configPath } = await import("../config/location.ts");
    const { loadConfig } = await import("../config/config-file.ts");
    const { formatProblem } = await import("../config/problem.ts");
    const path = args.file ?? configPath(ctx.env);
    const { check } = await ctx.language();
    const { problems, missing } = loadConfig(path, ctx.env, check);
    const absent = missing && args.file !== undefined && problems.length === 0
      ? [{ file: path, line: 0, key: "", message: "there is no such file", hint: "name another one" }]
      : problems;
    if (ctx.json) ctx.stdout(jsonDocument({ problems: absent }));
    else if (absent.length > 0) ctx.stdout(absent.map((problem) => `${formatProblem(problem)}\n`).join(""));
    else ctx.stderr(missing ? `${path}: there is no such file; the defaults are in force\n` : `${path}: all is well\n`);
    return absent.length > 0 ? 1 : 0;
  },
});
