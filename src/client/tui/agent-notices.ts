/** How a person is told that an agent waits: by bell, message, or a notification of the terminal; once for each change. */
import { printable } from "../../base/names.ts";
import type { Options } from "../../config/options.ts";
import type { ServerEvent } from "../../protocol/messages.ts";

/** What is done at the terminal. */
export interface Notice {
  /** Shown on the status line. */
  readonly message?: string;
  /** Written to the terminal. */
  readonly bytes: string;
}

const WORDS: Readonly<Record<string, string>> = {
  blocked: "asks", done: "has finished", error: "has failed", idle: "is ready", working: "works", exited: "has ended",
};
const LONGEST_BODY = 300;
const ST = "\x1b\\";

/**
 * What a change of an agent's state is worth. Nothing for states that the person did not choose, and for what is looked
 * at. With several servers the one that it comes from is named. Notifications are those of OSC 9 (iTerm2), 777 (rxvt) and 99 (kitty).
 */
export function agentNotice(event: ServerEvent & { kind: "agent" }, options: Options, server?: string): Notice | undefined {
  if (event.looked || !options.agentNotify.includes(event.state)) return undefined;
  const target = server === undefined ? event.target : `${server}:${event.target}`;
  const id = `fugue-${server === undefined ? "" : `${server.replace(/[^A-Za-z0-9_.+-]/g, "_")}-`}${event.pane}`;
  const title = printable(`${event.agent} in ${target} ${WORDS[event.state] ?? event.state}`, LONGEST_BODY);
  const body = printable(event.question ?? "", LONGEST_BODY);
  const text = body === "" ? title : `${title}: ${body}`;
  const by = (way: string) => options.agentNotifyBy.includes(way);
  const bytes = [
    by("bell") ? "\x07" : "",
    by("osc9") ? `\x1b]9;${text}${ST}` : "",
    by("osc777") ? `\x1b]777;notify;${title.replaceAll(";", ",")};${body}${ST}` : "",
    by("osc99") ? `\x1b]99;i=${id}:d=0;${title}${ST}\x1b]99;i=${id}:p=body;${body}${ST}` : "",
  ].join("");
  return { bytes, ...(by("message") && { message: text }) };
}
