/** `fugue __complete KIND`: live names for completion scripts. Quick and quiet: if anything fails, there are none. */
import { sleep, systemClock } from "../base/clock.ts";
import type { BufferInfo, CliContext, ClientInfo, SessionInfo } from "../commands/context.ts";
import { cell } from "../commands/text-table.ts";

/** What the scripts can ask for. */
export const COMPLETION_KINDS = ["session", "target", "buffer", "client", "server"] as const;
export type CompletionKind = (typeof COMPLETION_KINDS)[number];

/** A shell that waits for names feels broken: after this long there are none. */
const PATIENCE_MS = 1000;
const MOST_NAMES = 1000;

/** A name with what it stands for. */
interface Candidate {
  readonly name: string;
  readonly about: string;
}

/** Prints one `NAME<TAB>DESCRIPTION` a line. @returns the exit status: always 0 */
export async function complete(ctx: CliContext, words: readonly string[]): Promise<number> {
  try {
    const found = await Promise.race(
      [candidates(ctx, words[0] ?? ""), sleep(systemClock, PATIENCE_MS).then((): Candidate[] => [])]
    );
    // a name that holds control characters comes from no server of ours
    const safe = found.filter(({ name }) => cell(name) === name).slice(0, MOST_NAMES);
    ctx.stdout(safe.map(({ name, about }) => `${name}\t${cell(about, 60)}\n`).join(""));
  } catch {
    // no server, no names
  }
  return 0;
}

async function candidates(ctx: CliContext, kind: string): Promise<Candidate[]> {
  switch (kind as CompletionKind) {
    case "session":
      return (await sessionsOf(ctx)).map(({ name, windows }) => ({ name, about: `${windows.length} windows` }));
    case "target":
      return (await sessionsOf(ctx)).flatMap(targetsOf);
    case "buffer": {
      const { buffers } = (await ctx.call("buffer ls", {})) as { buffers: BufferInfo[] };
      return buffers.map(({ name, sample }) => ({ name, about: sample }));
    }
    case "client": {
      const { clients } = (await ctx.call("clients", {})) as { clients: ClientInfo[] };
      return clients.map(({ id, name, session }) => ({ name: String(id), about: `${session} on ${name}` }));
    }
    case "server":
      return ctx.servers().map((name) => ({ name, about: "server" }));
  }
  return [];
}

async function sessionsOf(ctx: CliContext): Promise<SessionInfo[]> {
  return ((await ctx.call("ls", {})) as { sessions: SessionInfo[] }).sessions;
}

/** A session with its windows and, where there are several, their panes. */
function targetsOf(session: SessionInfo): Candidate[] {
  const targets: Candidate[] = [{ name: session.name, about: `session, ${session.windows.length} windows` }];
  for (const window of session.windows) {
    targets.push({ name: `${session.name}/${window.index}`, about: `window ${window.name}` });
    if (window.panes.length < 2) continue;
    for (const pane of window.panes) targets.push(
      { name: `${session.name}/${window.index}.${pane.index}`, about: pane.program }
    );
  }
  return targets;
}
