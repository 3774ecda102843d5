/** Follows what happens on several servers: a link to each, made again when it breaks. */
import { systemClock } from "../base/clock.ts";
import { EXIT, FugueError } from "../base/errors.ts";
import { isReaderGone } from "../base/libc.ts";
import { Disposables } from "../base/lifecycle.ts";
import { systemRandom } from "../base/random.ts";
import { RELEASE } from "../base/release.ts";
import type { LinkState } from "../client/connection/link-handlers.ts";
import { ServerLink } from "../client/connection/server-link.ts";
import type { Follow } from "../commands/context.ts";
import type { TerminalPrompter } from "./prompter.ts";
import { callingPane, newClientId } from "./client-identity.ts";
import type { ServerBook } from "./server-book.ts";

/** So often it is looked whether somebody still reads: without an event nothing would be written that could fail. */
const READER_MS = 1000;
/** A server that was stopped is looked for again after this long. */
const STOPPED_MS = 1000;

const STDOUT = 1;

/**
 * Goes on until nobody reads any more, or nothing can come any more: every server has failed for good.
 * @param prompter asks the person while the only server is connected to; several are opened without asking anybody
 * @returns the exit status: that of the last failure
 * @throws FugueError if there is one server, and it can't be reached
 */
export async function followServers(book: ServerBook, request: Follow, prompter: TerminalPrompter): Promise<number> {
  const { servers, target, kinds } = request;
  const links: ServerLink[] = [];
  let left = servers.length;
  let status: number = EXIT.done;
  const { promise: over, resolve: finish } = Promise.withResolvers<void>();
  const timers = new Disposables();
  const ended = (link: ServerLink, error: FugueError) => {
    // it was stopped: it may be started again
    if (error.code === "closed") {
      const again = systemClock.after(STOPPED_MS, () => link.start());
      return timers.defer(() => again.cancel());
    }
    status = error.exitStatus;
    if (--left === 0) finish();
  };
  for (const name of servers) {
    const teller = new ConnectionTeller(name, request);
    const hello = { client: newClientId(), kind: "cli" as const, name: "fugue events", pid: process.pid, release: RELEASE, pane: callingPane(book.env) };
    const link: ServerLink = new ServerLink(name, book.dialer(name, false), hello, systemClock, systemRandom, {
      notices: (notices) => request.told(name, notices),
      stateChanged: () => {
        const twin = link.connected ? links.find((other) => other !== link && other.server === link.server && other.state !== "ended") : undefined;
        if (!twin) return teller.look(link);
        // its events come under the other name
        request.connection(name, "failed", new FugueError("refused", `'${name}' is the same server as '${twin.name}'`));
        link.end();
        left--;
      },
      failed: (error) => ended(link, error),
    });
    link.subscribe({ ...(target !== undefined && { target }), ...(kinds.length > 0 && { kinds: [...kinds] }) });
    links.push(link);
  }
  const reader = systemClock.every(READER_MS, () => isReaderGone(STDOUT) && finish());
  timers.defer(() => reader.cancel());
  try {
    if (links.length === 1) await links[0]!.open(undefined, prompter).finally(() => prompter.done());
    else for (const link of links) link.start();
    await over;
    return status;
  } finally {
    timers.dispose();
    for (const link of links) link.end();
  }
}

/** Turns the states of a link into events, each told once. */
class ConnectionTeller {
  private told = "";

  constructor(private readonly name: string, private readonly request: Follow) {}

  look({ state, error }: ServerLink): void {
    const event = this.eventOf(state, error);
    if (event === undefined || event === this.told) return;
    this.told = event;
    this.request.connection(this.name, event, error);
  }

  private eventOf(state: LinkState, error: FugueError | undefined): "connected" | "lost" | "unreachable" | "failed" | undefined {
    if (state === "connected") return "connected";
    if (state === "failed" && error?.code !== "closed") return "failed";
    if (this.told === "connected" && state !== "connecting") return "lost";
    return this.told === "" && error ? "unreachable" : undefined;
  }
}
