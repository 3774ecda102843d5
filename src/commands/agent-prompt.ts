/** `prompt` in a shell: gives a prompt to the agent in a pane, and says that it was taken. */
import { AGENT_STATES, type AgentState } from "../base/agent-state.ts";
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import type { PromptResult } from "./agent-context.ts";
import { cell } from "./text-table.ts";

const LARGEST_PROMPT_BYTES = 1024 * 1024;
const LARGEST_ANSWER = 99;

/** Line ends at the end are not part of a prompt; within it they are kept. */
function promptText(text: string | undefined): string | undefined {
  return text?.replace(/[\r\n]+$/, "");
}

export const agentPrompt = serverCommand({
  name: "prompt",
  summary: "Give a prompt to the agent in a pane",
  details: `As a person would: a paste, Enter, and a look whether it was taken. An agent that waits for an answer is not
prompted, and one that works is not either unless --queue is given. Other programs that read lines take prompts as well: then
it is told what took it. With --wait the command goes on until the agent is in that state afterwards: --wait idle until it
has finished.`,
  group: "agent",
  effect: "write",
  args: {
    target: { type: "target", positional: true, required: true, value: "TARGET", complete: "target", help: "pane; . is the current one" },
    text: { type: "string", positional: true, stdin: true, value: "TEXT", help: "the prompt; - reads it from standard input" },
    answer: { type: "integer", value: "N", help: "answer the question of a blocked agent with its answer N" },
    queue: { type: "boolean", help: "while the agent works, wait until it has finished" },
    wait: { type: "choice", choices: AGENT_STATES.filter((state) => state !== "none"), value: "STATE", help: "wait until the agent is in this state" },
    timeout: { type: "duration", value: "TIME", help: "give up after this long; default: 30s to take the prompt, then without end" },
  },
  mcp: {
    name: "prompt_agent",
    description: `Gives a prompt to the agent in a pane as a person would, and says how it is known that it was taken. Refused
while the agent is blocked (give answer instead) or works (give queue to wait). With wait the call goes on until the agent
is in that state: wait idle until it has finished. Read its answer with read_pane.`,
  },
  result: {
    "panes[].id": "integer: id of the pane",
    "panes[].proof": "string: how it is known that it was taken: state, report, input or output; none: no agent runs there, and what does may not read it",
    "panes[].program": "string: what it was typed into, where no agent runs",
    "panes[].state": "string: state of the agent afterwards",
  },
  check(args) {
    const text = promptText(args.text);
    if (args.answer !== undefined) {
      if (args.text !== undefined) throw new FugueError("usage", "TEXT and --answer don't go together", "give one of them");
      if (args.answer < 1 || args.answer > LARGEST_ANSWER) throw new FugueError("usage", "--answer is a number from 1 on");
    } else if (text === undefined || text.trim() === "") throw new FugueError("usage", "'prompt' needs TEXT", "- reads it from standard input");
    else if (Buffer.byteLength(text) > LARGEST_PROMPT_BYTES) throw new FugueError("tooLarge", "the prompt is longer than 1 MiB", "write it to a file and name that");
  },
  async run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    const { answer, queue, timeout } = args;
    const taken = await ctx.agents.prompt(id, promptText(args.text), {
      ...(answer !== undefined && { answer }), queue, follow: args.wait !== undefined, ...(timeout !== undefined && { timeoutMs: timeout }),
    });
    if (args.wait === undefined) return { panes: [resultOf(taken)] };
    const [met] = await ctx.panes.wait([id], { kind: "agent", state: args.wait as AgentState }, true, timeout);
    return { panes: [{ ...resultOf(taken), state: met?.agent }] };
  },
  render: (result: { panes: ReturnType<typeof resultOf>[] }, _style, args) =>
    result.panes.map((pane) => (pane.program === undefined ? (args.wait === undefined ? "" : cell(pane.state ?? "")) : typedText(pane, pane.program))).join("\n"),
});

function resultOf({ pane, proof, state, program }: PromptResult) {
  return { id: pane, proof, ...(state && { state }), ...(program !== undefined && { program }) };
}

/** Who gives a prompt means an agent: that there was none must be seen. */
function typedText({ id, proof }: { id: number; proof: PromptResult["proof"] }, program: string): string {
  const what = proof === "none" ? "whether it is read can't be told" : "it was taken";
  return `no agent runs in %${id}: typed into ${cell(program)}, ${what}`;
}
