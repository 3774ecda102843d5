/**
 * Questions of the system's ssh, brought to the person by this program. ssh starts the program in SSH_ASKPASS for each
 * question (ssh(1)); ours is a script that starts this executable in a hidden role, which asks over a private socket.
 */
import { writeFileSync, rmSync } from "node:fs";
import { sleep, systemClock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import type { Disposable } from "../../base/lifecycle.ts";
import { printable } from "../../base/names.ts";
import type { Duplex } from "../../transport/duplex.ts";
import { connectUnix, listenUnix } from "../../transport/unix.ts";
import type { SshMemory } from "./memory.ts";
import type { Patience } from "./patience.ts";
import { quoteWord } from "./quoting.ts";

/** Names the socket to the hidden role. */
const SOCKET_VARIABLE = "FUGUE_ASKPASS";
const LONGEST_MESSAGE = 16 * 1024;
/** How long ssh's end is waited for, and how often it is looked at. */
const MOST_WAITED_MS = 10_000;
const POLL_MS = 20;

/** What ssh wants to know. `hint` is SSH_ASKPASS_PROMPT: `confirm` wants yes or no, `none` only tells something. */
interface Question {
  readonly text: string;
  readonly hint?: string;
}

/** Takes the questions of one ssh process. */
export class AskpassServer implements Disposable {
  /** Kept answers that ssh was given and has not refused; a second question for the same means that it did. */
  private readonly given = new Map<string, string>();
  private listener: Disposable | undefined;

  private constructor(private readonly script: string, private readonly patience: Patience, private readonly memory: SshMemory) {}

  /**
   * @param base     path without its ending, in a private folder: the socket and the script lie beside each other
   * @param command  argv of the hidden role
   * @throws FugueError `system`
   */
  static async start(base: string, command: readonly string[], patience: Patience, memory: SshMemory): Promise<AskpassServer> {
    const server = new AskpassServer(`${base}.sh`, patience, memory);
    server.listener = await listenUnix(`${base}.a`, (duplex) => server.serve(duplex));
    const words = command.map(quoteWord).join(" ");
    writeFileSync(server.script, `#!/bin/sh\n${SOCKET_VARIABLE}=${quoteWord(`${base}.a`)} exec ${words} "$1"\n`, { mode: 0o700, flag: "wx" });
    return server;
  }

  /** What ssh needs in its environment. */
  get environment(): Record<string, string> {
    // older versions ask only where there is a display
    return { SSH_ASKPASS: this.script, SSH_ASKPASS_REQUIRE: "force", DISPLAY: process.env.DISPLAY || ":0" };
  }

  /** The login worked: what was typed may be used again. */
  accepted(): void {
    for (const [question, answer] of this.given) this.memory.keepAnswer(question, answer);
  }

  dispose(): void {
    this.listener?.dispose();
    rmSync(this.script, { force: true });
  }

  private serve(duplex: Duplex): void {
    let text = "";
    duplex.listen({
      data: (bytes) => {
        text += new TextDecoder().decode(bytes);
        if (text.length > LONGEST_MESSAGE) duplex.close(true);
        else if (text.endsWith("\n")) {
          this.answer(text).then((answer) => {
            duplex.write(new TextEncoder().encode(`${JSON.stringify({ answer })}\n`));
            duplex.close();
          }, (error) => {
            if (error instanceof FugueError) this.patience.fail(error);
            duplex.close(true);
          });
        }
      },
      close() {},
    });
  }

  /** @returns undefined if ssh is to go on without an answer. @throws FugueError that ends the attempt */
  private async answer(message: string): Promise<string | undefined> {
    const question = JSON.parse(message) as Question;
    const text = printable(String(question.text).replace(/\s*\n\s*/g, " ").trim(), 600);
    if (question.hint === "none") {
      this.patience.progress("authenticating", text);
      return "";
    }
    const yesNo = /\(yes\/no(\/\[fingerprint\])?\)\??\s*$/.test(text);
    if (yesNo || question.hint === "confirm") {
      if (!this.patience.prompter) return undefined;
      const yes = await this.patience.confirm(text.replace(/\s*\(yes\/no.*$/, ""));
      return yes ? "yes" : yesNo ? "no" : undefined;
    }
    return this.secret(text);
  }

  private async secret(text: string): Promise<string | undefined> {
    const refused = this.given.delete(text);
    if (refused) this.memory.forgetAnswer(text);
    // codes are good for one time only: what is kept asks for a password, a passphrase or a token's PIN
    const lasting = /password: ?$|^enter (passphrase|pin) for /i.test(text);
    const kept = lasting ? this.memory.answer(text) : undefined;
    if (kept === undefined && !this.patience.prompter) {
      // without its passphrase a key is passed over; an empty answer to a server would count as a wrong one
      if (/^enter passphrase for /i.test(text)) return undefined;
      throw new FugueError("refused", `nobody is there to answer: ${text}`, "connect once in the foreground");
    }
    const answer = kept ?? (await this.patience.ask(`${refused ? "Wrong. " : ""}${text} `, false));
    if (lasting) this.given.set(text, answer);
    return answer;
  }
}

/** The hidden role: asks the question in its arguments over the socket, prints the answer. @returns the exit status */
export async function askpassRole(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const path = env[SOCKET_VARIABLE];
  if (!path) return 1;
  const asker = process.ppid;
  const duplex = await connectUnix(path).catch(() => undefined);
  if (!duplex) return outlive(asker);
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = "";
  duplex.listen({ data: (bytes) => void (text += new TextDecoder().decode(bytes)), close: () => resolve(text) });
  duplex.write(new TextEncoder().encode(`${JSON.stringify({ text: argv[0] ?? "", hint: env.SSH_ASKPASS_PROMPT })}\n`));
  try {
    const { answer } = JSON.parse(await promise) as { answer?: string };
    // without an answer ssh goes on to the next method
    if (answer === undefined) return 1;
    process.stdout.write(`${answer}\n`);
    return 0;
  } catch {
    return outlive(asker);
  }
}

/**
 * Who was asked is gone, and has ended ssh or is about to: were we to end first, ssh would give the server an empty answer,
 * which counts as a wrong one.
 */
async function outlive(asker: number): Promise<number> {
  for (let waited = 0; waited < MOST_WAITED_MS && process.ppid === asker; waited += POLL_MS) await sleep(systemClock, POLL_MS);
  return 1;
}
