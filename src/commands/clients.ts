/** `clients`: who is attached. */
import { formatDuration } from "../base/duration.ts";
import { serverCommand } from "./command.ts";
import type { ClientInfo } from "./context.ts";
import { cell, listTable } from "./text-table.ts";

export const clients = serverCommand({
  name: "clients",
  summary: "List the clients that are attached",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["list-clients"],
  mcp: { name: "list_clients", description: "Lists the terminals in which people look at sessions." },
  result: {
    "clients[].id": "integer: id, for detach --client",
    "clients[].name": "string: name of its terminal",
    "clients[].pid": "integer: its process",
    "clients[].session": "string: session that it shows",
    "clients[].cols": "integer: width of its terminal in cells",
    "clients[].rows": "integer: height of its terminal in cells",
    "clients[].readOnly": "boolean: it only watches",
    "clients[].attachedAt": "integer: milliseconds since 1970",
    "clients[].activeAt": "integer: when somebody typed last, milliseconds since 1970",
  },
  run(ctx): { clients: ClientInfo[] } {
    return { clients: ctx.clients.list() };
  },
  render(result: { clients: ClientInfo[] }, style) {
    return listTable(result.clients, style.several, (client) => [
      cell(client.id),
      cell(client.session),
      `${client.cols}x${client.rows}`,
      formatDuration(Math.max(0, style.now - client.attachedAt)),
      formatDuration(Math.max(0, style.now - client.activeAt)),
      cell(client.name) + (client.readOnly ? " (read-only)" : ""),
    ], ["ID", "SESSION", "SIZE", "ATTACHED", "IDLE", "TERMINAL"]);
  },
});
