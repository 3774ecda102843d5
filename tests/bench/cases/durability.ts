/**
 * What a daemon's death costs: killed at random moments under load, with a disk that fails for some of the time; and what
 * a power cut leaves. Nothing may be lost that the settings promise.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import { seededRandom, type Random } from "../../../src/base/random.ts";
import { Emulator } from "../../../src/terminal/emulator.ts";
import { floodOfLines, pacedLines, screenProgram, wrongLines, type ScreenProgram } from "../../support/known-programs.ts";
import type { Server } from "../subjects/subject.ts";
import { newServer, type Case, type Context } from "../support/bench.ts";
import { compare, pictureOf } from "../support/picture.ts";
import { isAlive } from "../../support/e2e-processes.ts";
import { childrenOf, run, type Command } from "../support/processes.ts";
import { atMost, type Row } from "../support/result.ts";
import { percentile } from "../support/statistics.ts";

const SIZE = { cols: 80, rows: 24 };
const SEED = 20_251_121;
/** Lines of history: all that a paced program prints in the longest run. */
const HISTORY_LINES = 100_000;
const BACK_LIMIT_MS = 30_000;
/** More than the interval at which state is saved. */
const NOTICE_MS = 6000;

interface Load {
  readonly server: Server;
  /** A command line of fugue's. */
  command(...words: string[]): Command;
  readonly stop: string;
  readonly screens: readonly ScreenProgram[];
  /** Panes' processes. */
  readonly programs: readonly number[];
  readonly each: number;
}

function stateOf(server: Server): string {
  return join(server.folder, "h", "state");
}

/** A third of the panes each: floods, numbered lines, full-screen programs. */
async function startLoad(context: Context, random: Random, each: number): Promise<Load> {
  const subject = context.subjects.find(({ name }) => name === "fugue")!;
  const server = newServer(context, subject, { historyLines: HISTORY_LINES, faithful: true });
  const stop = join(server.folder, "stop");
  const screens: ScreenProgram[] = [];
  for (let n = 0; n < each; n++) {
    screens.push(screenProgram(join(server.folder, `s${n}`), random.integer(1e6) * 6 + (n % 6), stop));
    server.start(`screen${n}`, screens[n]!.argv, SIZE);
    server.start(`paced${n}`, pacedLines(stop), SIZE);
    server.start(`flood${n}`, floodOfLines(stop), SIZE);
  }
  await sleep(systemClock, 500);
  const [keeper, daemon] = server.pids() as [number, number];
  const command = (...words: string[]) => server.command((subject as unknown as { executable: string }).executable, ...words);
  return { server, command, stop, screens, each, programs: childrenOf(keeper).filter((pid) => pid !== daemon) };
}

/** Milliseconds until a daemon greets who connects. */
async function backAfter(server: Server): Promise<number> {
  const from = systemClock.now();
  while (systemClock.now() - from < BACK_LIMIT_MS) {
    const greeted = await new Promise<boolean>((resolve) => {
      Bun.connect({
        unix: join(server.folder, "h", "fugue.sock"),
        socket: {
          data(socket) {
            resolve(true);
            socket.terminate();
          },
          close: () => resolve(false), error: () => resolve(false), connectError: () => resolve(false),
        },
      }).catch(() => resolve(false));
    });
    if (greeted) return systemClock.now() - from;
    await sleep(systemClock, 2);
  }
  throw new Error(`no daemon within ${BACK_LIMIT_MS} ms`);
}

async function killAndWait(server: Server): Promise<number> {
  process.kill(server.pids()[1]!, "SIGKILL");
  return backAfter(server);
}

/** Puts something in the way of what is saved, or takes it away again. */
function breakDisk(server: Server, broken: boolean): void {
  for (const name of ["screens", "history"]) {
    const path = join(stateOf(server), name);
    if (broken) {
      renameSync(path, `${path}.away`);
      writeFileSync(path, "");
    } else {
      rmSync(path, { force: true });
      renameSync(`${path}.away`, path);
    }
  }
}

interface Losses {
  processes: number;
  lines: number;
  cells: number;
  example: string | undefined;
}

/** Ends the programs' printing and counts what is not as it should be. */
async function countLosses(load: Load): Promise<Losses> {
  const { server, screens, each } = load;
  writeFileSync(load.stop, "");
  const losses: Losses = { processes: load.programs.filter((pid) => !isAlive(pid)).length, lines: 0, cells: 0, example: undefined };
  const fugue = (...words: string[]) => run(load.command(...words), 60_000);
  for (let n = 0; n < each; n++) {
    for (const kind of ["paced", "flood"]) {
      fugue("wait", `${kind}${n}`, "--text", "^printed ", "--timeout", "50s");
      const { wrong, example } = wrongLines(fugue("capture", `${kind}${n}`, "--history", "all"), kind === "paced");
      losses.lines += wrong;
      losses.example ??= example && `${kind}${n}: ${example}`;
    }
    const screen = await wrongCells(server, screens[n]!, `screen${n}`);
    losses.cells += screen.wrong;
    losses.example ??= screen.example;
  }
  return losses;
}

async function wrongCells(server: Server, program: ScreenProgram, session: string): Promise<{ wrong: number; example?: string }> {
  for (let tries = 0; program.printed() === undefined; tries++) {
    if (tries > 500) return { wrong: 1, example: `${session} did not stop` };
    await sleep(systemClock, 20);
  }
  const reference = new Emulator({ ...SIZE, scrollback: 100 }, {
    reply() {}, effect() {}, lineTrimmed() {}, scrollbackCleared() {}, synchronizedEnd() {},
  });
  reference.parse(program.printed()!);
  const tty = server.view(session, SIZE);
  await tty.settle(300, 4000);
  const { wrong, example } = compare(pictureOf(reference), pictureOf(tty.emulator));
  await tty.close();
  return { wrong, example: example && `${session}: ${example}` };
}

async function kills(context: Context, failing: boolean): Promise<Row[]> {
  const random = seededRandom(SEED);
  const [times, each] = context.quick ? [8, 2] : [failing ? 60 : 300, 10];
  const load = await startLoad(context, random, each);
  const back: number[] = [];
  for (let n = 0; n < times; n++) {
    await sleep(systemClock, random.integer(600));
    if (failing && n % 10 === 3) {
      // a command is answered when all panes are taken over: what a daemon that starts can't read it does not have
      run(load.command("ls"));
      breakDisk(load.server, true);
      // what can't be read either is lost with the next kill: the daemon is to notice first that it can't write
      await sleep(systemClock, NOTICE_MS);
    }
    back.push(await killAndWait(load.server));
    if (failing && n % 10 === 7) breakDisk(load.server, false);
    if (n % 20 === 19) context.say(`killed ${n + 1} times, back after ${Math.round(percentile(back, 50))} ms`);
  }
  if (failing && times % 10 > 3 && times % 10 < 8) breakDisk(load.server, false);
  const { processes, lines, cells, example } = await countLosses(load);
  await context.cleanup.close();
  const bench = failing ? "killed, disk fails" : "killed";
  const note = `${times} kills, ${3 * each} panes, seed ${SEED}${example ? `; ${example}` : ""}`;
  const row = (what: string, unit: string, value: number, most: number): Row => ({ bench, what, unit, values: { fugue: value }, required: atMost(most, unit), note });
  return [
    row("processes lost", "", processes, 0), row("lines lost or doubled", "", lines, 0), row("cells that are wrong", "", cells, 0),
    row("back, p50", "ms", percentile(back, 50), 2000), row("back, slowest", "ms", Math.max(...back), 2000),
  ];
}

/** A copy of the state as a power cut leaves it: some files cut short, some with wrong bits. */
function damagedCopy(from: string, to: string, random: Random): void {
  cpSync(from, to, { recursive: true, filter: (path) => !/\.(sock|lock)$/.test(path) });
  for (const folder of [".", "screens", "history"]) {
    for (const name of readdirSync(join(to, folder))) {
      const path = join(to, folder, name);
      const { size } = statSync(path);
      if (!statSync(path).isFile() || size === 0) continue;
      const what = random.integer(4);
      if (what === 0) truncateSync(path, random.integer(size));
      if (what !== 1) continue;
      const bytes = readFileSync(path);
      bytes[random.integer(size)]! ^= 1 << random.integer(8);
      writeFileSync(path, bytes);
    }
  }
}

async function powerCuts(context: Context): Promise<Row[]> {
  const random = seededRandom(SEED + 1);
  const times = context.quick ? 3 : 20;
  const load = await startLoad(context, random, 2);
  const subject = context.subjects.find(({ name }) => name === "fugue")!;
  let failed = 0;
  const started: number[] = [];
  for (let n = 0; n < times; n++) {
    await sleep(systemClock, 500 + random.integer(2000));
    const server = newServer(context, subject, {});
    mkdirSync(join(server.folder, "h"), { mode: 0o700 });
    damagedCopy(stateOf(load.server), stateOf(server), random);
    try {
      const before = systemClock.now();
      server.start("after", ["sleep", "1000"], SIZE);
      started.push(systemClock.now() - before);
    } catch (error) {
      failed++;
      context.say(error instanceof Error ? error.message : String(error));
    }
    await server.end();
  }
  await context.cleanup.close();
  const note = `${times} copies with files cut short and bits flipped, seed ${SEED + 1}`;
  return [
    { bench: "power cut", what: "starts that failed", unit: "", values: { fugue: failed }, required: atMost(0, ""), note },
    { bench: "power cut", what: "start, p50", unit: "ms", values: { fugue: percentile(started, 50) }, note },
  ];
}

export const durability: Case = {
  name: "durability",
  about: "what is lost when the daemon is killed at random moments, the disk fails, or the power goes",
  async run(context) {
    if (!context.subjects.some(({ name }) => name === "fugue")) return [];
    return [...(await kills(context, false)), ...(await kills(context, true)), ...(await powerCuts(context))];
  },
};
