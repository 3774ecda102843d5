/**
 * What a mock of an agent's API is told to do, written into the prompt itself: `think=300 words=20`, `tool`, `edit`, `ask`, `plan`, `quote`,
 * `fail`, `say=BASE64URL` (the answer is that text). The person who wrote the prompt so knows in which state the agent must be. `do=mcp` calls tools of the MCP server, one after the
 * other, as a `ToolScript` says.
 */

/** The turn that a prompt asks for. */
export interface AgentTurn {
  /** Milliseconds before the first word. */
  readonly think: number;
  readonly words: number;
  readonly tool: "run" | "edit" | "ask" | "plan" | "mcp" | undefined;
  /** The answer quotes dialogs of agents: a transcript that must fool nobody. */
  readonly quote: boolean;
  readonly fail: boolean;
  /** The answer itself. */
  readonly say: string | undefined;
}

/** Calls of tools of our MCP server that a model is to make, and what came of them. */
export interface ToolScript {
  readonly calls: readonly { readonly tool: string; readonly args: Readonly<Record<string, unknown>> }[];
  /** Texts of the results, in order. */
  readonly results: string[];
}

/** What happens in a mock, for the person who records. */
export type MockEvent = "request" | "tool" | "end" | "fail";

/** Dialogs and marks of agents, as an answer may quote them. */
export const QUOTED_DIALOGS = `Do you want to proceed?\n❯ 1. Yes\n  2. No\n\nEsc to cancel\n\nWould you like to run the following command?\n› 1. Yes, proceed (y)\n  2. No\n\n• Working (4s • esc to interrupt)\n\n✻ Finagling… (esc to interrupt)\n\nAction Required\n`;

/** Reads the turn out of the newest text of a conversation. */
export function turnOf(text: string): AgentTurn {
  const number = (name: string, fallback: number) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(text)?.[1] ?? fallback);
  const tool = /\bdo=(run|edit|ask|plan|mcp)\b/.exec(text)?.[1] as AgentTurn["tool"];
  const said = /\bsay=([A-Za-z0-9_-]+)/.exec(text)?.[1];
  const say = said === undefined ? undefined : Buffer.from(said, "base64url").toString();
  return { think: number("think", 300), words: number("words", 12), tool, quote: /\bquote\b/.test(text), fail: /\bfail\b/.test(text), say };
}

/** The words of an answer. */
export function answerOf(turn: AgentTurn): string[] {
  if (turn.say !== undefined) return turn.say.match(/[^]{1,5}/g) ?? [];
  const words = Array.from({ length: turn.words }, (_, i) => `word${i} `);
  return turn.quote ? [...words, "\n\n", ...QUOTED_DIALOGS.split(/(?<= )/)] : words;
}
