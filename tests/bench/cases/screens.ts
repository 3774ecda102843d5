/** Whether programs look in a multiplexer as they do without: cell by cell, attributes and cursor included, at rest. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BareSubject } from "../subjects/bare.ts";
import type { Subject, SubjectName } from "../subjects/subject.ts";
import { newServer, type Case, type Context } from "../support/bench.ts";
import { compare, pictureOf, type Difference, type Picture } from "../support/picture.ts";
import type { Tty } from "../support/tty.ts";
import { PROGRAMS, writeFixtures, type Program } from "../support/programs.ts";
import { atLeast, atMost, none, type Row, type Value, type Values } from "../support/result.ts";

const SIZE = { cols: 80, rows: 24 };
const REST_MS = 600;
const REST_LIMIT_MS = 8000;
const SHOWN_TRIES = 8;

/** What of a program is different in a subject, or why it could not be seen. */
type Outcome = Difference | { readonly failed: string };

function homeOf(files: string): string {
  return `${files}-home`;
}

/** argv of a program in a pane: in the files' folder, with the same environment everywhere. */
function inPlace(files: string, argv: readonly string[]): string[] {
  return ["env", "-C", files, `HOME=${homeOf(files)}`, "TERM=xterm-256color", "COLORTERM=truecolor", ...argv];
}

function isInked(tty: Tty): boolean {
  const picture = pictureOf(tty.emulator);
  return compare(picture, picture).inked > 0;
}

/** Runs a program to rest and looks at it. @throws Error if it shows nothing. */
async function look(context: Context, subject: Subject, argv: readonly string[], keys: readonly string[], recording?: Uint8Array[]): Promise<Picture> {
  const server = newServer(context, subject, { faithful: true });
  server.start("p", argv, SIZE);
  const tty = server.view("p", SIZE);
  if (recording) tty.onData = (bytes) => recording.push(bytes.slice());
  // who has just started may show nothing for a while
  for (let tries = 0; tries < SHOWN_TRIES && !isInked(tty); tries++) await tty.settle(REST_MS, REST_LIMIT_MS);
  for (const key of keys) {
    tty.send(key);
    await tty.settle(REST_MS, REST_LIMIT_MS);
  }
  if (!isInked(tty)) throw new Error("nothing was shown");
  const picture = pictureOf(tty.emulator);
  await context.cleanup.close();
  return picture;
}

/** A recorded program is replaced by its recording. */
async function playable(context: Context, files: string, program: Program): Promise<readonly string[]> {
  const argv = inPlace(files, program.argv);
  if (!program.recorded) return argv;
  const pieces: Uint8Array[] = [];
  await look(context, new BareSubject(), argv, [], pieces);
  const file = join(homeOf(files), `${program.name}.recording`);
  writeFileSync(file, Buffer.concat(pieces));
  return inPlace(files, ["sh", "-c", `stty raw -echo; cat '${file}'; exec sleep 1000`]);
}

async function outcomesOf(context: Context, files: string, program: Program): Promise<Map<SubjectName, Outcome>> {
  const argv = await playable(context, files, program);
  const wanted = await look(context, new BareSubject(), argv, program.keys ?? []);
  const outcomes = new Map<SubjectName, Outcome>();
  for (const subject of context.subjects) {
    try {
      outcomes.set(subject.name, compare(wanted, await look(context, subject, argv, program.keys ?? [])));
    } catch (error) {
      outcomes.set(subject.name, { failed: error instanceof Error ? error.message : String(error) });
      await context.cleanup.close();
    }
  }
  return outcomes;
}

/** Share in percent; a picture without ink has nothing wrong. */
function share(inked: number, wrong: number): number {
  return inked === 0 ? 100 : (100 * (inked - wrong)) / inked;
}

function valuesOf(outcomes: ReadonlyMap<SubjectName, Outcome>, figure: (difference: Difference) => number): Values {
  return Object.fromEntries([...outcomes].map(([name, outcome]): [SubjectName, Value] => [
    name, "failed" in outcome ? none(outcome.failed) : figure(outcome),
  ]));
}

function noteOf(outcomes: ReadonlyMap<SubjectName, Outcome>): string | undefined {
  const outcome = outcomes.get("fugue");
  return outcome && !("failed" in outcome) ? outcome.example : undefined;
}

interface Sum {
  inked: number;
  wrong: number;
  cursors: number;
}

function totals(all: readonly ReadonlyMap<SubjectName, Outcome>[], subjects: readonly Subject[]): Row[] {
  const sums = new Map<SubjectName, Sum>(subjects.map(({ name }) => [name, { inked: 0, wrong: 0, cursors: 0 }]));
  for (const outcomes of all) {
    for (const [name, outcome] of outcomes) {
      const sum = sums.get(name)!;
      if ("failed" in outcome) continue;
      sum.inked += outcome.inked;
      sum.wrong += outcome.wrong;
      sum.cursors += outcome.sameCursor ? 0 : 1;
    }
  }
  const values = (figure: (sum: Sum) => number): Values =>
    Object.fromEntries([...sums].map(([name, sum]) => [name, figure(sum)]));
  return [
    { bench: "screens", what: "all programs, inked cells as bare", unit: "%", values: values((s) => share(s.inked, s.wrong)), required: atLeast(100, "%") },
    { bench: "screens", what: "programs with the cursor elsewhere", unit: "", values: values((s) => s.cursors), required: atMost(0, "") },
  ];
}

export const screens: Case = {
  name: "screens",
  about: "share of the cells of vim, less, htop, mc and others that look as on a bare terminal",
  async run(context) {
    // in a folder of its own: programs show when the folder above was changed
    const files = join(context.folder, "shown", "files");
    writeFixtures(files, homeOf(files));
    const rows: Row[] = [];
    const all: Map<SubjectName, Outcome>[] = [];
    for (const program of PROGRAMS) {
      if (!Bun.which(program.needs)) {
        context.say(`${program.name} is left out: ${program.needs} is not installed`);
        continue;
      }
      context.say(program.name);
      const outcomes = await outcomesOf(context, files, program);
      all.push(outcomes);
      rows.push({ bench: "screens", what: program.name, unit: "%", values: valuesOf(outcomes, (d) => share(d.inked, d.wrong)), note: noteOf(outcomes) });
    }
    return [...rows, ...totals(all, context.subjects)];
  },
};
