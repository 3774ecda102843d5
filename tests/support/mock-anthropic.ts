/** A local imitation of Anthropic's Messages API, as much of it as Claude Code needs: streams what the prompt asks for. */
import { answerOf, turnOf, type AgentTurn, type MockEvent, type ToolScript } from "./agent-script.ts";
import { namedEvents, type NamedEvent } from "./event-stream.ts";

type Json = Record<string, unknown>;

const MOST_CONVERSATIONS = 3;
const MOST_KEPT = 100_000;

const TOOLS: Readonly<Record<Exclude<AgentTurn["tool"], undefined | "mcp">, { name: string; input: (n: number) => Json }>> = {
  run: { name: "Bash", input: (n) => ({ command: `touch made-${n} && sleep 1`, description: "make a file" }) },
  edit: { name: "Write", input: (n) => ({ file_path: `${process.cwd()}/written-${n}.txt`, content: "one\ntwo\n" }) },
  ask: {
    name: "AskUserQuestion",
    input: () => ({
      questions: [{
        question: "Which colour should the bikeshed have?", header: "Colour", multiSelect: false,
        options: [{ label: "Red", description: "like a barn" }, { label: "Blue", description: "like the sky" }],
      }],
    }),
  },
  plan: { name: "ExitPlanMode", input: () => ({ plan: "1. Read the code\n2. Change it\n3. Test it" }) },
};

/** The text that the person wrote last, and the results of tools that came after it. */
function newest(messages: { role: string; content: unknown }[]): { text: string; results: string[] } {
  let found = { text: "", results: [] as string[] };
  for (const { role, content } of messages) {
    if (role !== "user") continue;
    const blocks = (Array.isArray(content) ? content : [{ type: "text", text: content }]) as Json[];
    for (const { type, text, content: result } of blocks) {
      if (type === "tool_result") found.results.push(JSON.stringify(result));
      // what Claude Code adds by itself begins with a tag or a bracket
      else if (type === "text" && !/^\s*[<[]/.test(String(text))) found = { text: String(text), results: [] };
    }
  }
  return found;
}

/** Serves on a free port of the loopback until it is stopped. @param script what `do=mcp` calls */
export function mockAnthropic(folder: string, heard: (event: MockEvent, turn: AgentTurn) => void, script?: ToolScript) {
  let calls = 0;
  const prompts: string[] = [];
  /** Everything that was sent with each prompt. */
  const conversations: string[] = [];
  const server = Bun.serve({
    port: 0, hostname: "127.0.0.1", idleTimeout: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname;
      if (request.method !== "POST") return Response.json({});
      const body = (await request.json().catch(() => ({}))) as { messages?: { role: string; content: unknown }[]; stream?: boolean; model?: string; tools?: Json[] };
      if (path.includes("count_tokens")) return Response.json({ input_tokens: 10 });
      if (!path.includes("/messages")) return Response.json({});
      const head = { id: `msg_${++calls}`, type: "message", role: "assistant", model: body.model, stop_sequence: null };
      if (!body.stream || !body.tools?.length) {
        const plain = { ...head, content: [{ type: "text", text: "{\"title\": \"mock\"}" }], stop_reason: "end_turn", usage: { input_tokens: 1, output_tokens: 1 } };
        return body.stream ? stream(head, async function* () { yield* textBlock(["{\"title\": \"mock\"}"], 0); yield* tail("end_turn"); }) : Response.json(plain);
      }
      const { text, results } = newest(body.messages ?? []);
      const turn = turnOf(text);
      const answered = results.length > 0;
      if (turn.tool === "mcp") script!.results.splice(0, Infinity, ...results);
      if (!answered) {
        prompts.push(text);
        conversations.push(JSON.stringify(body.messages).slice(0, MOST_KEPT));
        if (conversations.length > MOST_CONVERSATIONS) conversations.shift();
      }
      heard("request", turn);
      if (turn.fail && !answered) {
        await Bun.sleep(turn.think);
        heard("fail", turn);
        return Response.json({ type: "error", error: { type: "invalid_request_error", message: "the mock was told to fail" } }, { status: 400 });
      }
      return stream(head, async function* () {
        await Bun.sleep(turn.think);
        const use = toolUse(turn, results.length, calls, folder, script);
        if (use === undefined) {
          yield* textBlock(answerOf(turn), 20);
          yield* tail("end_turn");
          heard("end", turn);
          return;
        }
        const { name, args } = use;
        yield ["content_block_start", { index: 0, content_block: { type: "tool_use", id: `toolu_${calls}`, name, input: {} } }] as const;
        yield ["content_block_delta", { index: 0, delta: { type: "input_json_delta", partial_json: JSON.stringify(args) } }] as const;
        yield ["content_block_stop", { index: 0 }] as const;
        yield* tail("tool_use");
        heard("tool", turn);
      });
    },
  });
  return { port: server.port!, prompts, conversations, stop: () => server.stop(true) };
}

/** The tool that is called next; none when the answer is due. */
function toolUse(turn: AgentTurn, done: number, n: number, folder: string, script: ToolScript | undefined): { name: string; args: Json } | undefined {
  if (turn.tool === "mcp") {
    const call = script?.calls[done];
    return call && { name: `mcp__fugue__${call.tool}`, args: { ...call.args } };
  }
  if (turn.tool === undefined || done > 0) return undefined;
  const { name, input } = TOOLS[turn.tool];
  return { name, args: turn.tool === "edit" ? { ...input(n), file_path: `${folder}/written-${n}.txt` } : input(n) };
}

async function* textBlock(words: string[], gapMs: number): AsyncGenerator<NamedEvent> {
  yield ["content_block_start", { index: 0, content_block: { type: "text", text: "" } }];
  for (const word of words) {
    yield ["content_block_delta", { index: 0, delta: { type: "text_delta", text: word } }];
    if (gapMs > 0) await Bun.sleep(gapMs);
  }
  yield ["content_block_stop", { index: 0 }];
}

function* tail(reason: string): Generator<NamedEvent> {
  yield ["message_delta", { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 50 } }];
  yield ["message_stop", {}];
}

function stream(head: Json, body: () => AsyncGenerator<NamedEvent>): Response {
  return namedEvents(async function* () {
    yield ["message_start", { message: { ...head, content: [], stop_reason: null, usage: { input_tokens: 10, output_tokens: 1 } } }];
    yield* body();
  });
}
