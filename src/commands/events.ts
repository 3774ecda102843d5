/** `events`: what happens on servers, as lines of JSON. */
import { systemClock } from "../base/clock.ts";
import type { FugueError } from "../base/errors.ts";
import { NOTICE_KINDS } from "../protocol/notices.ts";
import { cliCommand } from "./command.ts";
import { jsonLine } from "./json.ts";
import { splitTarget } from "./target.ts";

export const events = cliCommand({
  name: "events",
  summary: "Print what happens to sessions, windows, panes and agents",
  details: `Each event is one line of JSON, from now on until it is interrupted. With --all-servers the events of all
servers come in one stream. A connection that breaks is made again: what happened meanwhile is not told, so look again
after each connection event. Who reads too slowly is told by an event of the kind dropped how many were left out. The
lines are described in docs/EVENTS.md.`,
  group: "script",
  effect: "read",
  several: true,
  args: {
    target: {
      type: "target", positional: true, value: "TARGET", complete: "target", help: "only those of this session, window or pane",
    },
    kind: {
      type: "choice", repeat: true, choices: [...NOTICE_KINDS, "connection"], value: "KIND", help: "only events of this kind",
    },
  },
  result: {
    "events[].server": "string: name of the server; each event is a line of its own, with version in front",
    "events[].time": "integer: milliseconds since 1970",
    "events[].kind": "string: session, window, pane, agent, client, connection or dropped",
    "events[].event": "string: what happened, see docs/EVENTS.md",
    "events[].session": "object: {id, name} of the session it is about",
    "events[].window": "object: {id, index, name}",
    "events[].pane": "object: {id, target}, target is SESSION/WINDOW.PANE",
    "events[].client": "object: {id, name}",
    "events[].agent": "object: {agent, state, question} of the agent now",
    "events[].before": "string: its name, state or place before",
    "events[].tags": "array of strings: tags of the session",
    "events[].exit": "object: {code, signal} of the program",
    "events[].count": "integer: number of events that were left out",
    "events[].error": "object: {code, message, hint}, why there is no connection",
  },
  async run(ctx, args) {
    const { server, local } = splitTarget(args.target);
    const kinds = args.kind.filter((kind) => kind !== "connection");
    const wantsConnections = args.kind.length === 0 || args.kind.includes("connection");
    const print = (name: string, event: object) => ctx.stdout(jsonLine({ server: name, ...event }));
    return ctx.follow({
      servers: server === undefined ? ctx.selected : [server],
      target: local,
      // of no kind that servers tell: only the connections are followed
      kinds: args.kind.length > 0 && kinds.length === 0 ? ["connection"] : kinds,
      told(name, { notices, dropped }) {
        for (const { time, kind, event, ...facts } of notices) print(name, { time, kind, event, ...facts });
        if (dropped) print(name, { time: systemClock.wall(), kind: "dropped", event: "dropped", count: dropped });
      },
      connection(name, event, error) {
        if (wantsConnections) print(name, { time: systemClock.wall(), kind: "connection", event, ...(error && { error: errorFacts(error) }) });
      },
    });
  },
});

function errorFacts({ code, message, hint }: FugueError): object {
  return { code, message, hint: hint ?? null };
}
