/** `clients` at a key or the prompt: clients to choose from. */
import { tuiCommand } from "./command.ts";

export const chooseClient = tuiCommand({
  name: "clients",
  summary: "Choose a client",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["choose-client", "list-clients"],
  run: (ctx) => ctx.openClients(),
});
