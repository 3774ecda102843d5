/** How long short commands take, and how long it is from nothing to the first prompt. */
import { PROMPT, type Server, type Subject } from "../subjects/subject.ts";
import { interleave, multiplexers, newServer, prepareParts, valuesOf, type Case, type Context } from "../support/bench.ts";
import { timeOf } from "../support/processes.ts";
import { atMost, type Row } from "../support/result.ts";
import { median, percentile } from "../support/statistics.ts";

const SIZE = { cols: 80, rows: 24 };

interface Timed {
  readonly server: Server;
  readonly times: number[];
}

/** Listing three sessions. */
async function listing(context: Context): Promise<Row[]> {
  const parts = await prepareParts(context, multiplexers(context), (subject): Timed => {
    const server = newServer(context, subject);
    for (const session of ["one", "two", "three"]) server.start(session, ["sh"], SIZE);
    timeOf(server.listCommand()!);
    return { server, times: [] };
  });
  await interleave(context, parts, context.quick ? 10 : 50, async ({ server, times }) => void times.push(timeOf(server.listCommand()!)));
  await context.cleanup.close();
  return [
    { bench: "ls", what: "median", unit: "ms", values: valuesOf(parts, ({ times }) => median(times)), required: atMost(15, "ms") },
    { bench: "ls", what: "p95", unit: "ms", values: valuesOf(parts, ({ times }) => percentile(times, 95)) },
  ];
}

/** Printing the version: nothing but the start of the executable. */
async function version(context: Context): Promise<Row[]> {
  const able = context.subjects.filter((subject) => subject.versionCommand().length > 0);
  const parts = await prepareParts(context, able, (subject): Timed => ({ server: newServer(context, subject), times: [] }));
  await interleave(context, parts, context.quick ? 10 : 50, async ({ server, times }) => {
    times.push(timeOf(server.command(...server.subject.versionCommand())));
  });
  return [{ bench: "start", what: "version (bare: true)", unit: "ms", values: valuesOf(parts, ({ times }) => median(times)) }];
}

/** The first session of a server that does not run yet: until the command has ended, and until a client shows the prompt. */
async function first(context: Context): Promise<Row[]> {
  const fresh = (subject: Subject) => ({ subject, created: [] as number[], shown: [] as number[] });
  const parts = await prepareParts(context, multiplexers(context), fresh);
  await interleave(context, parts, context.quick ? 3 : 10, async ({ subject, created, shown }) => {
    const server = newServer(context, subject);
    const ms = timeOf(server.startCommand("first", ["sh"], SIZE));
    const tty = server.view("first", SIZE);
    const attached = (await tty.expect(PROMPT.trimEnd(), 10_000)) - tty.startedAt;
    created.push(ms);
    shown.push(ms + attached);
    await context.cleanup.close();
  });
  const bench = "start";
  return [
    { bench, what: "first session, no server runs", unit: "ms", values: valuesOf(parts, ({ created }) => median(created)) },
    { bench, what: "the same and attach to the prompt", unit: "ms", values: valuesOf(parts, ({ shown }) => median(shown)) },
  ];
}

export const startup: Case = {
  name: "startup",
  about: "ls, the version, and the first session from nothing",
  async run(context) {
    return [...(await listing(context)), ...(await version(context)), ...(await first(context))];
  },
};
