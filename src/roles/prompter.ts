/** Asks on the controlling terminal of a command line, also where standard input is something else, and shows progress. */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { systemClock, type Timer } from "../base/clock.ts";
import { makeRaw, setTerminal } from "../base/libc.ts";
import { printable } from "../base/names.ts";
import type { DialStage, Prompter } from "../transport/dialer.ts";

/** Stages are shown only if the whole takes longer: most dials are done before anybody could read. */
const QUIET_MS = 400;
const LONGEST_ANSWER = 4096;

const WORDS: Record<DialStage, string> = {
  resolving: "resolving", connecting: "connecting", authenticating: "authenticating", asking: "waiting for an answer at another terminal",
  copying: "copying fugue there:", starting: "starting the server there", attaching: "attaching",
};

export interface TerminalPrompter extends Prompter {
  /** Takes the progress off the screen. */
  done(): void;
}

/** Without a terminal nothing is shown, and every question is given up. */
export function terminalPrompter(host: { isTty: boolean }, env: Record<string, string | undefined>): TerminalPrompter {
  const from = systemClock.now() + QUIET_MS;
  let isShown = false;
  // a stage that hangs is to be seen though none follows it
  let soon: Timer | undefined;
  const show = (text: string) => {
    isShown = true;
    say(`\r\x1b[K${text}`);
  };
  const clear = () => {
    soon?.cancel();
    if (isShown) say("\r\x1b[K");
    isShown = false;
  };
  return {
    canAsk: withTerminal(() => true, false),
    progress(stage, detail) {
      if (!host.isTty || env.TERM === "dumb") return;
      const text = `${WORDS[stage]}${detail ? ` ${printable(detail, 120)}` : ""} …`;
      soon?.cancel();
      const wait = from - systemClock.now();
      if (wait > 0) soon = systemClock.after(wait, () => show(text));
      else show(text);
    },
    ask: async ({ text, echo }) => {
      clear();
      return readAnswer(printable(text, 400), echo);
    },
    confirm: async (question) => {
      clear();
      return /^y(es)?$/i.test((await readAnswer(`${printable(question, 1000)} [yes/no] `, true))?.trim() ?? "");
    },
    done: clear,
  };
}

function say(text: string): void {
  withTerminal((fd) => void writeSync(fd, text), undefined);
}

function withTerminal<T>(use: (fd: number) => T, otherwise: T): T {
  let fd: number;
  try {
    fd = openSync("/dev/tty", "r+");
  } catch {
    return otherwise;
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** One line from the terminal, in raw mode so that secrets are not echoed. undefined: Ctrl-C, Ctrl-D, or no terminal. */
async function readAnswer(question: string, echo: boolean): Promise<string | undefined> {
  let fd: number;
  try {
    fd = openSync("/dev/tty", constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
  const before = makeRaw(fd);
  // node:tty's stream would do, but leaves a read behind when it is closed, and that takes the next answer away
  const typed = Bun.file(fd).stream().getReader();
  try {
    say(question);
    return await lineOf(typed, (text) => echo && say(text));
  } finally {
    if (before) setTerminal(fd, before);
    say("\r\n");
    // both at once: the number may be another file's a moment later
    typed.cancel().catch(() => {});
    try {
      closeSync(fd);
    } catch {
      // the stream has closed it
    }
  }
}

async function lineOf(
  typed: { read(): Promise<{ done: boolean; value?: Uint8Array }> }, show: (text: string) => void,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  for (let line = ""; ;) {
    const { done, value } = await typed.read().catch(() => ({ done: true, value: undefined }));
    if (done) return undefined;
    for (const char of decoder.decode(value, { stream: true })) {
      if (char === "\r" || char === "\n") return line;
      if (char === "\x03" || (char === "\x04" && line === "")) return undefined;
      if (char === "\x7f" || char === "\b") {
        if (line !== "") show("\b \b");
        line = [...line].slice(0, -1).join("");
      } else if (char === "\x15") {
        show("\b \b".repeat([...line].length));
        line = "";
      } else if (char >= " " && line.length < LONGEST_ANSWER) {
        line += char;
        show(char);
      }
    }
  }
}
