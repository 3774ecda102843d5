/** A local imitation of OpenAI's Responses API, as much of it as Codex needs: streams what the prompt asks for. */
import { answerOf, turnOf, type AgentTurn, type MockEvent, type ToolScript } from "./agent-script.ts";
import { namedEvents, type NamedEvent } from "./event-stream.ts";

type Json = Record<string, unknown>;

const CALL = { cmd: "sleep 1; date", sandbox_permissions: "require_escalated", justification: "see the date" };

const USAGE = { input_tokens: 1, output_tokens: 1, total_tokens: 2, input_tokens_details: null, output_tokens_details: null };

/** Serves on a free port of the loopback until it is stopped. @param script what `do=mcp` calls */
export function mockOpenai(heard: (event: MockEvent, turn: AgentTurn) => void, script?: ToolScript) {
  let calls = 0;
  const prompts: string[] = [];
  const server = Bun.serve({
    port: 0, hostname: "127.0.0.1", idleTimeout: 0,
    async fetch(request) {
      if (request.method !== "POST") return Response.json({ data: [], models: [] });
      const raw = new Uint8Array(await request.arrayBuffer());
      const zstd = request.headers.get("content-encoding") === "zstd";
      const body = JSON.parse(new TextDecoder().decode(zstd ? Bun.zstdDecompressSync(raw) : raw) || "{}") as { input?: Json[]; tools?: Json[] };
      const names = (body.tools ?? []).map(({ name }) => name);
      // Codex asks for a title of the conversation beside it
      if (names.length === 0) return namedEvents(async function* () {
        yield ["response.created", { response: { id: "title" } }];
        yield* answer([JSON.stringify({ title: "a mock" })], 0);
        yield ["response.completed", { response: { id: "title", usage: USAGE } }];
      });
      const input = body.input ?? [];
      const own = input.findLastIndex(({ type, role }) => type === "message" && role === "user");
      const results = input.slice(own).filter(({ type }) => String(type).endsWith("_call_output"));
      const answered = results.length > 0;
      const text = JSON.stringify(input[own] ?? "");
      const turn = turnOf(text);
      const call = turn.tool === "mcp" ? script?.calls[results.length] : undefined;
      if (turn.tool === "mcp") script!.results.splice(0, Infinity, ...results.map(({ output }) => JSON.stringify(output)));
      const n = ++calls;
      if (!answered) prompts.push(text);
      heard("request", turn);
      if (turn.fail && !answered) {
        await Bun.sleep(turn.think);
        heard("fail", turn);
        return Response.json({ error: { message: "the mock was told to fail", type: "invalid_request_error", code: "bad" } }, { status: 400 });
      }
      return namedEvents(async function* () {
        yield ["response.created", { response: { id: `resp_${n}` } }];
        await Bun.sleep(turn.think);
        if (call) {
          const item = { type: "function_call", id: `fc${n}`, call_id: `call_${n}`, ...toolName(body.tools ?? [], call.tool), arguments: JSON.stringify(call.args) };
          yield ["response.output_item.done", { output_index: 0, item }];
        } else if (turn.tool !== undefined && turn.tool !== "mcp" && !answered) {
          const name = names.includes("exec_command") ? "exec_command" : "shell";
          const args = name === "shell" ? { command: ["sh", "-c", CALL.cmd], with_escalated_permissions: true, justification: CALL.justification } : CALL;
          const item = { type: "function_call", id: `fc${n}`, call_id: `call_${n}`, name, arguments: JSON.stringify(args) };
          yield ["response.output_item.done", { output_index: 0, item }];
        } else yield* answer(answerOf(turn), n);
        yield ["response.completed", { response: { id: `resp_${n}`, usage: USAGE } }];
        heard(turn.tool !== undefined && !answered ? "tool" : "end", turn);
      });
    },
  });
  return { port: server.port!, prompts, stop: () => server.stop(true) };
}

/** How Codex calls a tool of our MCP server: in a namespace, or by one long name. */
function toolName(tools: readonly Json[], tool: string): { name: string; namespace?: string } {
  const space = tools.find(({ type, name }) => type === "namespace" && String(name).includes("fugue"));
  return space ? { name: tool, namespace: String(space.name) } : { name: `mcp__fugue__${tool}` };
}

async function* answer(words: string[], n: number): AsyncGenerator<NamedEvent> {
  const item = { type: "message", id: `m${n}`, role: "assistant" };
  yield ["response.output_item.added", { output_index: 0, item: { ...item, content: [] } }];
  for (const delta of words) {
    yield ["response.output_text.delta", { item_id: item.id, output_index: 0, content_index: 0, delta }];
    await Bun.sleep(20);
  }
  yield ["response.output_item.done", { output_index: 0, item: { ...item, content: [{ type: "output_text", text: words.join("") }] } }];
}
