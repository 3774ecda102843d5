/**
 * Recordings of real agents: what they wrote to their terminal and when, and in which state they truly were, known
 * from what they were asked and what the mock of their API did. One JSON array a line, gzipped.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { RealAgent } from "./agent-lab.ts";

export type TrueState = "working" | "blocked" | "idle" | "error";

export interface RecordingHead {
  readonly agent: RealAgent;
  readonly version: string;
  readonly cols: number;
  readonly rows: number;
}

/** `output`: bytes as Latin-1; `state`: from now on this is true. Times are milliseconds since the beginning. */
export type RecordedEvent =
  | { readonly kind: "output"; readonly at: number; readonly text: string }
  | { readonly kind: "state"; readonly at: number; readonly state: TrueState; readonly why: string };

export interface Recording {
  readonly head: RecordingHead;
  readonly events: readonly RecordedEvent[];
}

export function saveRecording(path: string, { head, events }: Recording): void {
  const lines = [head, ...events.map((e) => (e.kind === "output" ? [Math.round(e.at), e.text] : [Math.round(e.at), e.state, e.why]))];
  writeFileSync(path, Bun.gzipSync(new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join("\n")), { level: 9 }));
}

export function loadRecording(path: string): Recording {
  const [head, ...lines] = new TextDecoder().decode(Bun.gunzipSync(readFileSync(path))).split("\n").map((line) => JSON.parse(line));
  const events = (lines as (readonly [number, string] | readonly [number, TrueState, string])[]).map((line): RecordedEvent =>
    (line.length === 2 ? { kind: "output", at: line[0], text: line[1] } : { kind: "state", at: line[0], state: line[1], why: line[2] }));
  return { head: head as RecordingHead, events };
}
