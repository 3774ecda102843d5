/** What cases find, and what is required of it. */
import type { SubjectName } from "../subjects/subject.ts";

/** A figure, or why there is none. */
export type Value = number | { readonly none: string };

export type Values = Partial<Record<SubjectName, Value>>;

/** What a figure of fugue has to be. */
export interface Required {
  /** For people: `<= 20 ms`. */
  readonly text: string;
  /** Whether it is; undefined if what it is compared with is missing. */
  met(values: Values): boolean | undefined;
}

/** One line of the table. */
export interface Row {
  readonly bench: string;
  readonly what: string;
  readonly unit: string;
  readonly values: Values;
  readonly required?: Required;
  /** Anything a reader should know: sizes, what differs. */
  readonly note?: string;
}

/** The figure must be at most this. */
export function atMost(bound: number, unit: string): Required {
  return {
    text: `<= ${bound} ${unit}`,
    met: ({ fugue }) => (typeof fugue === "number" ? fugue <= bound : undefined),
  };
}

/** The figure must be at least this. */
export function atLeast(bound: number, unit: string): Required {
  return {
    text: `>= ${bound} ${unit}`,
    met: ({ fugue }) => (typeof fugue === "number" ? fugue >= bound : undefined),
  };
}

/** The figure must be at least this many times tmux's of the same run. */
export function timesTmux(factor: number): Required {
  return {
    text: `>= ${factor}x tmux`,
    met: ({ fugue, tmux }) => (typeof fugue === "number" && typeof tmux === "number" ? fugue >= factor * tmux : undefined),
  };
}

/** A value that is missing for a reason. */
export function none(reason: unknown): Value {
  return { none: reason instanceof Error ? reason.message : String(reason) };
}
