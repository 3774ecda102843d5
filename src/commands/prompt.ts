/** `prompt`: asks for a line of text. */
import { tuiCommand } from "./command.ts";

export const prompt = tuiCommand({
  name: "prompt",
  summary: "Ask for a line of text and run a command with it",
  details: `In the template %% stands for what was typed, which is one word whatever it holds. Without a template it
is a command line.`,
  group: "client",
  effect: "read",
  args: {
    text: {
      type: "string", short: "I", value: "TEXT", help: "what stands there already; formats such as #W are replaced",
    },
    label: { type: "string", short: "p", value: "TEXT", help: "what is asked for" },
    template: { type: "string", commandLine: true, value: "COMMAND", help: "command line with %% for the answer" },
  },
  tmux: ["command-prompt"],
  run: (ctx, args) => ctx.openPrompt({ text: args.text, label: args.label, template: args.template }),
});
