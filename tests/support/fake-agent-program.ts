/** The program of fake-agent.ts. It imports nothing of ours: it is copied away and run under another name. */
import { appendFileSync, readFileSync } from "node:fs";

const LINE = "─".repeat(40);
let draft = "";
let shown = "";
let transcript: string[] = [];
let state: "idle" | "working" | "blocked" = "idle";
let pasting = false;

const write = (text: string) => process.stdout.write(text);

function draw(): void {
  write(`\x1b]0;${state === "working" ? "⠂" : "✳"} Claude Code\x07\x1b[?2026h\x1b[H\x1b[2J`);
  write([" ▐▛███▜▌   Claude Code v9.8.7", "", ...transcript.slice(-30)].join("\r\n"));
  if (state === "blocked") write(`\r\n${LINE}\r\n Bash command\r\n   rm -r everything\r\n Do you want to proceed?\r\n ❯ 1. Yes\r\n   2. No\r\n\r\n Esc to cancel`);
  else write(`\r\n${LINE}\r\n❯ ${shown}\r\n${LINE}\r\n  ${state === "working" ? "esc to interrupt" : "? for shortcuts"}`);
  write("\x1b[?2026l");
}

function become(next: typeof state, ...lines: string[]): void {
  state = next;
  transcript.push(...lines);
  draw();
}

function submit(): void {
  if (draft === "") return;
  const prompt = draft;
  draft = shown = "";
  if (process.env.FAKE_AGENT_LOG) appendFileSync(process.env.FAKE_AGENT_LOG, `${JSON.stringify(prompt)}\n`);
  become("working", "", `❯ ${prompt.slice(0, 60).replaceAll("\n", " ")}`);
  const ms = Number(/ms=(\d+)/.exec(prompt)?.[1] ?? 150);
  setTimeout(() => {
    if (/\bask\b/.test(prompt)) become("blocked");
    else if (/\bfail\b/.test(prompt)) become("idle", "", "● API Error: 500");
    else if (/\bquote\b/.test(prompt)) become("idle", "", "● Do you want to proceed?", "  ❯ 1. Yes", "    2. No", "  Esc to cancel");
    else if (/\bsay\b/.test(prompt)) become("idle", "", ...said(/say (\S+)/.exec(prompt)![1]!));
    else become("idle", "", "● all right");
  }, ms);
}

/** What stands in a file, as the agent's own words. */
function said(path: string): string[] {
  return readFileSync(path, "utf8").trimEnd().split("\n").map((line, n) => `${n === 0 ? "●" : " "} ${line}`);
}

function answer(key: string): void {
  if (key !== "1" && key !== "2" && key !== "\x1b") return;
  if (key !== "1") return become("idle", "  ⎿  Interrupted");
  become("working", "● Bash(rm)");
  setTimeout(() => become("idle", "● removed"), 200);
}

process.stdout.on("resize", draw);
process.stdin.setRawMode?.(true);
write("\x1b[?2004h");
draw();
process.stdin.on("data", (bytes: Buffer) => {
  for (const part of bytes.toString("utf8").split(/(\x1b\[20[01]~|\r)/)) {
    if (part === "\x1b[200~") pasting = true;
    else if (part === "\x1b[201~") {
      pasting = false;
      shown = draft.length > 200 || draft.includes("\n") ? `[Pasted text #1 +${draft.split("\n").length} lines]` : draft;
      draw();
    } else if (part === "\r" && !pasting) submit();
    else if (part === "\x04") process.exit(0);
    else if (part !== "" && state === "blocked" && !pasting) answer(part);
    else if (part !== "") {
      draft += part;
      if (!pasting) {
        shown = draft;
        draw();
      }
    }
  }
});
