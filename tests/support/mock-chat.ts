/** A local imitation of the Chat Completions API, as much of it as OpenCode needs: streams what the prompt asks for. */
import { answerOf, turnOf, type AgentTurn, type MockEvent } from "./agent-script.ts";
import { eventStream } from "./event-stream.ts";

interface ChatMessage {
  readonly role: string;
  readonly content?: string | readonly { readonly type: string; readonly text?: string }[];
}

function textOf({ content }: ChatMessage): string {
  return typeof content === "string" ? content : (content ?? []).map(({ text }) => text ?? "").join("\n");
}

/** Serves on a free port of the loopback until it is stopped. */
export function mockChat(heard: (event: MockEvent, turn: AgentTurn) => void) {
  let calls = 0;
  const prompts: string[] = [];
  const server = Bun.serve({
    port: 0, hostname: "127.0.0.1", idleTimeout: 0,
    async fetch(request) {
      if (request.method !== "POST") return Response.json({ data: [] });
      const body = (await request.json().catch(() => ({}))) as { messages?: ChatMessage[]; tools?: object[] };
      const messages = body.messages ?? [];
      // a title of the conversation is asked for beside it
      if (!body.tools?.length) return stream(async function* () {
        yield piece({ role: "assistant", content: "a mock" });
        yield piece({}, "stop");
      });
      const own = messages.findLastIndex(({ role }) => role === "user");
      const answered = messages.slice(own + 1).some(({ role }) => role === "tool");
      const text = own < 0 ? "" : textOf(messages[own]!);
      const turn = turnOf(text);
      const n = ++calls;
      if (!answered) prompts.push(text);
      heard("request", turn);
      await Bun.sleep(turn.think);
      if (turn.fail && !answered) {
        heard("fail", turn);
        return Response.json({ error: { message: "the mock was told to fail", type: "invalid_request_error" } }, { status: 400 });
      }
      return stream(async function* () {
        if (turn.tool !== undefined && !answered) {
          const call = { name: "bash", arguments: JSON.stringify({ command: `touch made-${n} && sleep 1`, description: "make a file" }) };
          yield piece({ role: "assistant", tool_calls: [{ index: 0, id: `call${n}`, type: "function", function: call }] });
          yield piece({}, "tool_calls");
          heard("tool", turn);
          return;
        }
        for (const word of answerOf(turn)) {
          yield piece({ role: "assistant", content: word });
          await Bun.sleep(20);
        }
        yield piece({}, "stop");
        heard("end", turn);
      });
    },
  });
  return { port: server.port!, prompts, stop: () => server.stop(true) };
}

function piece(delta: object, finish: string | null = null): object {
  return { id: "chat", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] };
}

function stream(pieces: () => AsyncGenerator<object>): Response {
  return eventStream(pieces, (each) => `data: ${JSON.stringify(each)}\n\n`, "data: [DONE]\n\n");
}
