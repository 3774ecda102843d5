/** What a case is given, and how it goes round its subjects: interleaved, so that a busy moment meets all of them. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Server, ServerOptions, Subject, SubjectName } from "../subjects/subject.ts";
import type { Cleanup } from "./cleanup.ts";
import { none, type Row, type Value, type Values } from "./result.ts";

export interface Context {
  /** A folder of this case's own. */
  readonly folder: string;
  /** Those that can be measured here. */
  readonly subjects: readonly Subject[];
  readonly cleanup: Cleanup;
  /** Small sizes and few rounds: to see whether the bench works, not for figures. */
  readonly quick: boolean;
  /** Prompts that a real agent is given; undefined: as many as there is time for. */
  readonly prompts: number | undefined;
  /** Says what is going on. */
  say(text: string): void;
}

/** A case of the bench. */
export interface Case {
  readonly name: string;
  /** One line for the list of cases. */
  readonly about: string;
  run(context: Context): Promise<Row[]>;
}

/** Whatever has a column of the table. */
export interface Named {
  readonly name: SubjectName;
}

/** One subject's part in a case: its server, and what went wrong with it, after which it is left out. */
export interface Part<State, S extends Named = Subject> {
  readonly subject: S;
  readonly state: State;
  failure: unknown;
}

/** A private server of a subject, in a folder that is not used twice. */
export function newServer(context: Context, subject: Subject, options: ServerOptions = {}): Server {
  const folder = join(context.folder, `${subject.name.slice(0, 1)}${++servers}`);
  mkdirSync(context.folder, { recursive: true, mode: 0o700 });
  return subject.server(folder, options, context.cleanup);
}

let servers = 0;

/** The case's parts: `prepare` for each subject, in order. One that fails has a part all the same. */
export async function prepareParts<State, S extends Named = Subject>(
  context: Context, subjects: readonly S[], prepare: (subject: S) => State | Promise<State>,
): Promise<Part<State, S>[]> {
  const parts: Part<State, S>[] = [];
  for (const subject of subjects) {
    try {
      parts.push({ subject, state: await prepare(subject), failure: undefined });
    } catch (failure) {
      context.say(`${subject.name}: ${none(failure) instanceof Object ? (failure as Error).message : failure}`);
      parts.push({ subject, state: undefined as State, failure });
    }
  }
  return parts;
}

/** Goes round the parts `rounds` times. A part that fails is left out from then on. */
export async function interleave<State, S extends Named>(
  context: Context, parts: readonly Part<State, S>[], rounds: number, turn: (state: State, round: number, subject: S) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const part of parts) {
      if (part.failure !== undefined) continue;
      try {
        await turn(part.state, round, part.subject);
      } catch (failure) {
        part.failure = failure;
        context.say(`${part.subject.name}: ${failure instanceof Error ? failure.message : failure}`);
      }
    }
  }
}

/** A figure of each part, or why there is none. */
export function valuesOf<State>(parts: readonly Part<State, Named>[], figure: (state: State) => number | undefined): Values {
  const values: Partial<Record<SubjectName, Value>> = {};
  for (const { subject, state, failure } of parts) {
    const value = failure === undefined ? figure(state) : undefined;
    if (value !== undefined && !Number.isNaN(value)) values[subject.name] = value;
    else values[subject.name] = none(failure ?? "-");
  }
  return values;
}

/** Those of the subjects that are multiplexers. */
export function multiplexers(context: Context): Subject[] {
  return context.subjects.filter(({ name }) => name !== "bare pty");
}
