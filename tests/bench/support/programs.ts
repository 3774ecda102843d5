/** Programs whose screens are compared, and the files they show: the same in every run. */
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../src/base/random.ts";
import { prose } from "./corpora.ts";
import { run } from "./processes.ts";

/** A program that comes to rest with something on the screen. */
export interface Program {
  readonly name: string;
  /** What has to be installed. */
  readonly needs: string;
  /** Started in the folder of the files, with a home beside it. */
  readonly argv: readonly string[];
  /** Typed one after the other, each when the screen is at rest. None that depends on the modes of the terminal. */
  readonly keys?: readonly string[];
  /** Its output is taken from a bare terminal once and played again: it would never come to rest, or never look the same. */
  readonly recorded?: boolean;
}

/** Prints, and stays. */
function script(text: string): string[] {
  return ["sh", "-c", `${text}; exec sleep 1000`];
}

const VIM = ["vim", "-u", "NONE", "-N", "-i", "NONE", "-n", "-c", "syntax on", "-c", "set number hlsearch cursorline list laststatus=2", "code.c"];

/** All programs. */
export const PROGRAMS: readonly Program[] = [
  { name: "vim", needs: "vim", argv: VIM, keys: ["/return\r", ":vsplit\r", "10G"] },
  { name: "less", needs: "less", argv: ["less", "-R", "-M", "log.txt"], keys: [" ", "/line\r"] },
  { name: "htop", needs: "htop", argv: ["htop"], recorded: true },
  { name: "mc", needs: "mc", argv: ["mc", "-u"], keys: ["\t", "\x0e", "\x0e"] },
  { name: "nano", needs: "nano", argv: ["nano", "-l", "-I", "-Y", "c", "code.c"], keys: ["\x0e", "\x17"] },
  {
    name: "dialog", needs: "dialog",
    argv: ["dialog", "--colors", "--checklist", "\\Z1Choose\\Zn what to \\Zbinstall", "18", "60", "8", "a", "Änderung", "on", "b", "漢字", "off", "c", "plain", "on"],
    keys: ["\x0e", "\t"],
  },
  { name: "git log --graph", needs: "git", argv: script("cd repository && git --no-pager log --graph --all --decorate --color=always --stat -4") },
  { name: "ls --color", needs: "ls", argv: script("ls --color=always -la --time-style=long-iso tree; ls --color=always -C tree") },
  { name: "truecolor", needs: "sh", argv: script("cat truecolor.txt") },
  { name: "emoji", needs: "sh", argv: script("cat emoji.txt") },
  { name: "attributes", needs: "sh", argv: script("cat attributes.txt") },
];

const FIXED = new Date("2025-01-02T03:04:05Z");
const GIT_ENV = {
  GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.org", GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.org",
  GIT_AUTHOR_DATE: "2025-01-02T03:04:05Z", GIT_COMMITTER_DATE: "2025-01-02T03:04:05Z", GIT_CONFIG_NOSYSTEM: "1",
};

function truecolor(): string {
  let out = "";
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 76; x++) out += `\x1b[48;2;${x * 3};${y * 16};${255 - x * 3}m\x1b[38;2;255;${255 - y * 16};${x * 3}m${x % 2 ? "▀" : "a"}`;
    out += "\x1b[m\n";
  }
  for (let i = 0; i < 256; i++) out += `\x1b[48;5;${i}m${i % 64 === 63 ? " \x1b[m\n" : " "}`;
  return `${out}\x1b[m`;
}

const EMOJI = `faces 😀 😃 🥳 🤖|
skin 👍🏽 👋🏿 🤝|
ZWJ 👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🧑‍🚀|
flags 🇩🇪 🇯🇵 🇺🇳 🏴󠁧󠁢󠁥󠁮󠁧󠁿|
VS16 ❤️ ☀️ ✔️ VS15 ❤︎ ☀︎|
keycap 1️⃣ #️⃣|
漢字かな交じり文 한국어 中文｜ｆｕｌｌ|
combining é ñ ç क्षि நி ไทย|
│ ┌─┬─┐ ╔═╗ ░▒▓█ ▁▂▃▄▅▆▇█ ⠋⠙⠹ → ✓ ✗ … “q”|
\x1b[1;31m👩‍💻 bold red \x1b[44m漢\x1b[m|
`;

function attributes(): string {
  const lines = ["1 bold", "2 dim", "3 italic", "4 underline", "5 blink", "7 inverse", "8 hidden", "9 strike", "21 double", "53 overline",
    "4:3 curly", "4:4 dotted", "4:5 dashed", "4:3;58:2::255:0:0 red curly", "1;3;4;9;38;5;208;48;2;10;20;30 all", "7;31;42 inverse colours"];
  let out = lines.map((line) => `\x1b[${line.split(" ")[0]}m${line}\x1b[m plain\x1b[K\n`).join("");
  out += "\x1b)0\x0elqqqk\x0f line drawing \x1b(0lqwqk\x1b(B\n\x1b[44mblue to the end\x1b[K\x1b[m\n";
  return `${out}\x1b]8;;https://example.org/\x1b\\link\x1b]8;;\x1b\\ after\n\x1b#8\x1b[3;5H\x1b[1mcursor\x1b[?25l`;
}

function code(): string {
  const random = seededRandom(3);
  let out = "#include <stdio.h>\n/* a program */\n";
  for (let i = 0; i < 30; i++) out += `static int f${i}(const char *name)\n{\n\treturn ${random.integer(1000)} + '${i % 10}'; // ${prose(random, 20)}\n}\n\n`;
  return out;
}

function coloured(): string {
  const random = seededRandom(4);
  return Array.from({ length: 200 }, (_, i) => `\x1b[${31 + (i % 6)}m${i}\x1b[m ${prose(random, 60)}\x1b[1m!\x1b[m\n`).join("");
}

function repository(folder: string): void {
  mkdirSync(folder);
  const git = (...args: string[]) => run({ argv: ["git", "-c", "init.defaultBranch=main", ...args], env: { PATH: process.env.PATH ?? "", HOME: folder, ...GIT_ENV }, cwd: folder });
  const commit = (name: string) => {
    writeFileSync(join(folder, name), `${name}\n`);
    git("add", name);
    git("commit", "-q", "-m", `Add ${name}`);
  };
  git("init", "-q");
  commit("one");
  git("checkout", "-q", "-b", "topic");
  commit("two");
  git("checkout", "-q", "main");
  commit("three");
  git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
  git("tag", "v1");
}

function tree(folder: string): void {
  mkdirSync(join(folder, "directory"), { recursive: true });
  for (const [name, mode] of [["plain.txt", 0o644], ["program", 0o755], ["archive.tar.gz", 0o644], ["picture.png", 0o600], ["漢字.md", 0o644]] as const) {
    writeFileSync(join(folder, name), name);
    chmodSync(join(folder, name), mode);
    utimesSync(join(folder, name), FIXED, FIXED);
  }
  symlinkSync("plain.txt", join(folder, "link"));
  symlinkSync("nowhere", join(folder, "broken"));
  for (const name of ["directory", "."]) utimesSync(join(folder, name), FIXED, FIXED);
}

/** Writes the files that the programs show into an empty folder, and settings into a home beside it. */
export function writeFixtures(folder: string, home: string): void {
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(home, ".config", "mc"), { recursive: true });
  // neither hints nor free space: they are different each time
  writeFileSync(join(home, ".config", "mc", "ini"), "[Layout]\nmessage_visible=false\nfree_space=false\n[Midnight-Commander]\nauto_save_setup=false\n");
  writeFileSync(join(folder, "code.c"), code());
  writeFileSync(join(folder, "log.txt"), coloured());
  writeFileSync(join(folder, "truecolor.txt"), truecolor());
  writeFileSync(join(folder, "emoji.txt"), EMOJI);
  writeFileSync(join(folder, "attributes.txt"), attributes());
  tree(join(folder, "tree"));
  if (Bun.which("git")) repository(join(folder, "repository"));
}
