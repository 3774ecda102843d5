/** `discard-input`: forgets what was typed while a server was away, before it is delivered. */
import { tuiCommand } from "./command.ts";

export const discardInput = tuiCommand({
  name: "discard-input",
  summary: "Forget what was typed while the server of the pane was away",
  details: "What is typed while a server does not answer is kept and delivered once it is back, unless it is discarded before.",
  group: "client",
  effect: "write",
  view: true,
  args: {},
  run: (ctx) => ctx.discardInput(),
});
