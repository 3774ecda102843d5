/** A local imitation of Google's Gemini API, as much of it as Gemini CLI needs: streams what the prompt asks for. */
import { answerOf, turnOf, type AgentTurn, type MockEvent } from "./agent-script.ts";
import { eventStream } from "./event-stream.ts";

interface Part {
  readonly text?: string;
  readonly functionCall?: object;
  readonly functionResponse?: object;
}

const USAGE = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };

/** The text that the person wrote last, and whether a result of a tool came after it. */
function newest(contents: readonly { role: string; parts: readonly Part[] }[]): { text: string; answered: boolean } {
  let found = { text: "", answered: false };
  for (const { role, parts } of contents) {
    if (role !== "user") continue;
    for (const { text, functionResponse } of parts) {
      if (functionResponse) found = { ...found, answered: true };
      // what Gemini CLI adds by itself begins with a tag
      else if (text !== undefined && !text.startsWith("<")) found = { text, answered: false };
    }
  }
  return found;
}

/** Serves on a free port of the loopback until it is stopped. */
export function mockGemini(heard: (event: MockEvent, turn: AgentTurn) => void) {
  let calls = 0;
  const prompts: string[] = [];
  const server = Bun.serve({
    port: 0, hostname: "127.0.0.1", idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const body = (await request.json().catch(() => ({}))) as { contents?: { role: string; parts: Part[] }[] };
      if (pathname.includes("countTokens")) return Response.json({ totalTokens: 5 });
      if (!pathname.includes(":streamGenerateContent")) return Response.json(piece([{ text: "{\"reasoning\":\"x\",\"next_speaker\":\"user\"}" }], true));
      const { text, answered } = newest(body.contents ?? []);
      const turn = turnOf(text);
      const n = ++calls;
      if (!answered) prompts.push(text);
      heard("request", turn);
      await Bun.sleep(turn.think);
      if (turn.fail && !answered) {
        heard("fail", turn);
        return Response.json({ error: { code: 400, message: "the mock was told to fail", status: "INVALID_ARGUMENT" } }, { status: 400 });
      }
      return stream(async function* () {
        if (turn.tool !== undefined && !answered) {
          yield piece([{ functionCall: { name: "run_shell_command", args: { command: `touch made-${n} && sleep 1`, description: "make a file" } } }], true);
          heard("tool", turn);
          return;
        }
        const words = answerOf(turn);
        for (const [i, word] of words.entries()) {
          yield piece([{ text: word }], i === words.length - 1);
          await Bun.sleep(20);
        }
        heard("end", turn);
      });
    },
  });
  return { port: server.port!, prompts, stop: () => server.stop(true) };
}

function piece(parts: readonly Part[], last: boolean): object {
  return { candidates: [{ content: { role: "model", parts }, index: 0, ...(last && { finishReason: "STOP" }) }], usageMetadata: USAGE };
}

function stream(pieces: () => AsyncGenerator<object>): Response {
  return eventStream(pieces, (each) => `data: ${JSON.stringify(each)}\r\n\r\n`);
}
