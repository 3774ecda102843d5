/** `completions`: the script that makes a shell complete our command line. */
import { cliCommand } from "./command.ts";

/** The scripts stand in the repository, generated from the registry, and are part of the executable. */
const SCRIPTS: Readonly<Record<string, () => Promise<{ default: string }>>> = {
  bash: () => import("../../completions/fugue.bash", { with: { type: "text" } }),
  zsh: () => import("../../completions/_fugue", { with: { type: "text" } }),
  fish: () => import("../../completions/fugue.fish", { with: { type: "text" } }),
};

export const completions = cliCommand({
  name: "completions",
  summary: "Print a script that completes fugue's commands in a shell",
  details: `bash: eval "$(fugue completions bash)" in ~/.bashrc. zsh: put the output into a file _fugue in a folder of
$fpath. fish: fugue completions fish > ~/.config/fish/completions/fugue.fish`,
  group: "config",
  effect: "read",
  args: {
    shell: {
      type: "choice", positional: true, required: true, choices: ["bash", "zsh", "fish"], value: "SHELL",
      help: "bash, zsh or fish",
    },
  },
  async run(ctx, args) {
    ctx.stdout((await SCRIPTS[args.shell]!()).default);
  },
});
