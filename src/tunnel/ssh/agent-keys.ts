/** The keys that an ssh-agent holds (draft-miller-ssh-agent), also those of types that ssh2 does not know. */
import { FugueError } from "../../base/errors.ts";
import { keyType } from "./known-hosts.ts";

/** One identity of an agent. */
export interface AgentKey {
  readonly blob: Buffer;
  readonly type: string;
  readonly comment: string;
}

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const LARGEST_ANSWER = 1 << 20;
const MOST_KEYS = 256;

/** Lists an agent's keys. @throws FugueError `refused` if it does not answer as an agent */
export async function agentKeys(socketPath: string): Promise<AgentKey[]> {
  const answer = await request(socketPath, Uint8Array.of(0, 0, 0, 1, REQUEST_IDENTITIES));
  return parseIdentities(answer);
}

/** Reads SSH_AGENT_IDENTITIES_ANSWER. @throws FugueError `refused` if it is malformed */
export function parseIdentities(answer: Buffer): AgentKey[] {
  try {
    if (answer.length < 5 || answer[0] !== IDENTITIES_ANSWER) throw new RangeError("another message");
    const keys: AgentKey[] = [];
    let at = 5;
    const bytes = () => {
      const length = answer.readUInt32BE(at);
      at += 4 + length;
      if (at > answer.length) throw new RangeError("cut short");
      return answer.subarray(at - length, at);
    };
    for (let left = Math.min(answer.readUInt32BE(1), MOST_KEYS); left > 0; left--) {
      const blob = Buffer.from(bytes());
      const comment = bytes().toString("utf8");
      const type = keyType(blob);
      if (type !== undefined) keys.push({ blob, type, comment });
    }
    return keys;
  } catch (error) {
    throw new FugueError("refused", "the ssh agent refuses to list its keys", "unlock it (ssh-add -X), or start another", error);
  }
}

function request(socketPath: string, message: Uint8Array): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const fail = (cause?: unknown) => reject(new FugueError("refused", `the ssh agent at ${socketPath} does not answer`, "start one: eval $(ssh-agent), then ssh-add", cause));
  let answer = Buffer.alloc(0);
  Bun.connect({
    unix: socketPath,
    socket: {
      open: (socket) => void socket.write(message),
      data: (socket, bytes) => {
        answer = Buffer.concat([answer, bytes]);
        const length = answer.length >= 4 ? answer.readUInt32BE(0) : 0;
        if (length > LARGEST_ANSWER) socket.terminate();
        else if (answer.length >= 4 && answer.length >= 4 + length) {
          resolve(answer.subarray(4, 4 + length));
          socket.end();
        }
      },
      close: () => fail(),
      error: (_socket, error) => fail(error),
    },
  }).catch(fail);
  return promise;
}
