/** Screens of real programs, cell by cell with attributes and cursor: in a pane as in a bare terminal. */
import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { compareResized, compareScreens, type ScreenCase } from "../support/e2e-screens.ts";
import { test, testWith } from "../support/e2e-test.ts";

const CONFIG = "[options]\nstatus = false\n";
const SOURCE = `/* A program with strings, numbers and comments. */
#include <stdio.h>
#define LIMIT 100

static const char *names[] = { "one", "two\\n", "日本語", "naïve" };

int main(void) {
\tint total = 0x1f; // tabs and hex
\tfor (int i = 0; i < LIMIT; i++) {
\t\tif (i % 15 == 0) printf("%d: %s\\n", i, names[i % 4]);
\t\telse total += i;
\t}
\treturn total > 42 ? 1 : 0; /* TODO: say why */
}
`;

const VIMRC = `syntax on
set number hlsearch incsearch laststatus=2 termguicolors ttimeoutlen=10
set background=dark noruler noshowcmd
`;
/** Without the space left on the disk, which is never twice the same. */
const MC_INI = `[Layout]
free_space=false
message_visible=false
[Midnight-Commander]
use_internal_view=true
`;

function colouredLine(_: unknown, i: number): string {
  return `\x1b[3${i % 8}mline ${i + 1} \x1b[1;4mword ${i % 10}\x1b[0m \x1b[48;5;${i}m block \x1b[m`;
}

async function same(
  screen: ScreenCase, files: Record<string, string> = {}, prepare?: (home: E2eHome) => Promise<void>,
): Promise<void> {
  await using home = new E2eHome({ config: CONFIG });
  for (const [name, text] of Object.entries(files)) home.write(name, text);
  await prepare?.(home);
  const argv = screen.argv.map((word) => word.replaceAll("$HOME", home.home));
  expect(await compareScreens(home, { ...screen, argv })).toBeGreaterThanOrEqual(screen.leastInk);
}

testWith(["vim"], "vim: syntax, line numbers, search, split windows, visual mode, completion menu", () => same({
  argv: ["vim", "-u", "$HOME/vimrc", "-N", "-i", "NONE", "-n", "$HOME/source.c"],
  steps: [
    { shows: "int main" },
    { type: "/total\r", shows: "/total" },
    { type: ":split\r", shows: /source\.c\n(.*\n)+source\.c/ },
    { type: "ggVjj", shows: "VISUAL LINE" },
    // Escape by itself: with a letter behind it, it is Alt
    { type: "\x1b", shows: "int main" },
    { type: "Gonam", shows: "INSERT" },
    { type: "\x0e", shows: "match 1 of 2" },
    { type: "\x1b", shows: "names" },
    { type: ":set list cursorline cursorcolumn\r", shows: "names" },
  ],
  leastInk: 400,
}, { "source.c": SOURCE, vimrc: VIMRC }));

testWith(["less"], "less: colours passed through, search marks, scrolling back and forth", () => same({
  argv: ["less", "-R", "-X", "$HOME/coloured.txt"],
  steps: [
    { shows: "line 1 " },
    { type: "/word 4\r", shows: "word 4" },
    { type: "G", shows: "line 200 " },
    { type: "bb", shows: "word" },
    { type: "-N\r", shows: /\d+/ },
  ],
  leastInk: 300,
}, { "coloured.txt": Array.from({ length: 200 }, colouredLine).join("\n") }));

testWith(["nano"], "nano: bars, an opened prompt, text typed in", () => same({
  argv: ["nano", "--ignorercfiles", "$HOME/source.c"],
  steps: [
    { shows: "GNU nano" },
    { type: "\x0e\x0etyped text", shows: "typed text" },
    { type: "\x17total", shows: "Search" },
    { type: "\r", shows: "total" },
  ],
  leastInk: 300,
}, { "source.c": SOURCE }));

testWith(["dialog"], "dialog: boxes drawn in line characters, shadows, a moved choice", () => same({
  argv: [
    "dialog",
    "--no-mouse",
    "--title",
    "A choice",
    "--menu",
    "What shall it be?",
    "15",
    "50",
    "6",
    "one",
    "the first",
    "two",
    "the second",
    "three",
    "日本語",
  ],
  steps: [{ shows: "the second" }, { type: "t", shows: "the second" }, { type: "\t", shows: "Cancel" }],
  leastInk: 300,
}));

testWith(["dialog"], "dialog: a message under a check list", () => same({
  argv: [
    "sh",
    "-c",
    "dialog --infobox 'Please wait' 5 30; dialog --checklist 'Several' 12 40 4 a first on b second off c third on",
  ],
  steps: [{ shows: "second" }, { type: "b", shows: "second" }, { type: " ", shows: /\[\*\] b/ }],
  leastInk: 200,
}));

testWith(["mc"], "mc: two panels, the menu, a file viewed", () => same({
  argv: ["mc", "--nosubshell", "--nomouse", "--color", "$HOME/folder", "$HOME/folder"],
  steps: [
    { shows: /file-2/ },
    { type: "\x0e\x0e", shows: /file-2/ },
    { type: "\x1b9", shows: "Left" },
    { type: "\x1b\x1b", shows: /file-2/ },
  ],
  leastInk: 800,
  size: { cols: 100, rows: 30 },
}, { "folder/file-1": "one", "folder/file-2": "two", "folder/日本": "three", ".config/mc/ini": MC_INI }));

testWith(["git", "less"], "git log --graph in its pager", () => same({
  argv: [
    "git",
    "-C",
    "$HOME/repo",
    "-c",
    "core.pager=less -RX",
    "log",
    "--graph",
    "--color=always",
    "--decorate",
    "--all",
    "--stat",
  ],
  steps: [{ shows: "merge side" }, { type: " ", shows: "first" }],
  leastInk: 300,
}, {}, async (home) => {
  const git = async (...args: string[]) => {
    const env = {
      GIT_AUTHOR_DATE: "2024-01-01T00:00:00Z",
      GIT_COMMITTER_DATE: "2024-01-01T00:00:00Z",
      GIT_CONFIG_GLOBAL: "/dev/null",
    };
    const result = await home.run(
      ["git", "-C", join(home.home, "repo"), "-c", "user.name=A", "-c", "user.email=a@b.c", ...args], { env },
    );
    if (result.status !== 0) throw new Error(result.stderr);
  };
  home.write("repo/file", "one\n");
  await git("init", "-q", "-b", "main");
  for (const [branch, name] of [["main", "first"], ["side", "second"], ["main", "third"]] as const) {
    if (name !== "first") await git("checkout", "-q", ...(branch === "side" ? ["-b", "side"] : ["main"]));
    writeFileSync(join(home.home, "repo", name), `${name}\n`);
    await git("add", ".");
    await git("commit", "-q", "-m", name);
  }
  await git("merge", "-q", "--no-ff", "-m", "merge side", "side");
}));

test("ls --color", () => same({
  argv: [
    "sh",
    "-c",
    "cd $HOME/many && ls --color=always -la --time-style=+ . && ls --color=always -C && printf 'END'; exec cat",
  ],
  steps: [{ shows: "END" }],
  leastInk: 300,
}, { "many/plain.txt": "", "many/image.png": "", "many/archive.tar.gz": "", "many/sub/x": "" }, async (home) => {
  await home.run(
    [
      "sh",
      "-c",
      "cd many && ln -s nowhere dangling && mkfifo pipe && chmod +x plain.txt && chmod 1777 sub && touch 'a b' 日本",
    ],
  );
}));

const TRUECOLOR = `
i=0; while [ $i -lt 20 ]; do
  j=0; while [ $j -lt 38 ]; do
    printf '\\033[38;2;%d;%d;128;48;2;%d;%d;64m▀' $((i*12)) $((j*6)) $((j*6)) $((i*12)); j=$((j+1))
  done
  printf '\\033[m '
  printf '\\033[38;5;%dm%03d\\033[48;5;%dm \\033[m ' $((i*12)) $((i*12)) $((255-i*12))
  case $((i%10)) in
    0) printf '\\033[1mbold\\033[22m \\033[2mdim\\033[m';; 1) printf '\\033[3mitalic\\033[m \\033[9mstrike\\033[m';;
    2) printf '\\033[4msingle\\033[m \\033[21mdouble\\033[m';;
    3) printf '\\033[4:3mcurly\\033[m \\033[4:4mdotted\\033[m';;
    4) printf '\\033[4:5mdashed\\033[m \\033[53mover\\033[m';; 5) printf '\\033[4:3;58:2::255:0:128mcoloured\\033[m';;
    6) printf '\\033[7minverse\\033[m \\033[5mblink\\033[m';; 7) printf '\\033[8mhidden\\033[m shown';;
    8) printf '\\033]8;;http://example.com/%d\\033\\\\link\\033]8;;\\033\\\\' $i;;
    9) printf '\\033[1;3;4;7;9;95;106mall\\033[m';;
  esac
  printf '\\r\\n'; i=$((i+1))
done
printf '\\033[5 qEND'; exec cat
`;

test("a truecolor script: gradients, 256 colours, every attribute, underline styles and colours, links", () => same({
  argv: ["sh", "-c", TRUECOLOR],
  steps: [{ shows: "END" }],
  leastInk: 900,
}));

const EMOJI = [
  "plain 😀 smile 🎉 party",
  "skin 👍🏽 tone 👩🏿‍🚀 astronaut",
  "family 👨‍👩‍👧‍👦 and 👩‍❤️‍💋‍👩 kiss",
  "flags 🇩🇪🇯🇵🇧🇷 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿 and 🏳️‍🌈",
  "text ☺︎ and emoji ☺️ and ❤️ and ☎︎",
  "keycaps 1️⃣ #️⃣ *️⃣",
  "CJK 日本語 한국어 中文 ｆｕｌｌ",
  "combining é ñ ä̈ Z̷̙̓a̶l̴g̵o̷",
  "Indic नमस्ते বাংলা தமிழ்",
  "Arabic مرحبا Hebrew שלום",
  "Thai สวัสดี",
  "zero\u200bwidth\u200djoin soft\u00adhyphen",
  "boxes ┌─┐│└┘ ▁▂▃▄▅▆▇█ ⠿⡇",
  "math ∑∫√ ← ↑ → ℵ",
  `${"x".repeat(79)}日edge`,
  `${"y".repeat(78)}👩‍👩‍👧edge`,
];

test("an emoji script: ZWJ, flags, variation selectors, wide and combining characters, also at the edge", () => same({
  argv: [
    "sh",
    "-c",
    "cat $HOME/emoji; printf '\\033[3;10H\\033[31mX\\033[m\\033[4;9HY\\033[5;30H\\033[K\\033[20;1HEND'; exec cat",
  ],
  steps: [{ shows: "END" }],
  leastInk: 300,
}, { emoji: `${EMOJI.join("\n")}\n` }));

const REDRAWS = `
printf '\\033[?1049h\\033[2J'
i=0; while [ $i -lt 200 ]; do
  printf '\\033[%d;%dH\\033[4%dm %d \\033[m' $((i*7%23+1)) $((i*13%75+1)) $((i%8)) $i
  if [ $((i%20)) -eq 0 ]; then
    printf '\\033[5;15r\\033[15;1H\\n\\n\\033[M\\033[r'
    printf '\\033[8;1H\\033[2L\\033[10;5H\\033[4P\\033[11;5H\\033[3@'
  fi
  i=$((i+1))
done
printf '\\033[24;1H\\033[?25lEND'; exec cat
`;

test("scroll regions, inserted and deleted lines and characters on the alternate screen", () => same({
  argv: ["sh", "-c", REDRAWS],
  steps: [{ shows: "END" }],
  leastInk: 100,
}));

test("long lines reflow as in a bare terminal when it gets narrower, wider, lower and higher", async () => {
  await using home = new E2eHome({ config: CONFIG });
  const line = "printf '%d \\033[3%dm%s\\033[m 日本 %s\\n' $i $((i%8)) aaaaaaaaaabbbbbbbbbbcccccccccc dddddddddd";
  const script = `i=0; while [ $i -lt 400 ]; do ${line}; i=$((i+1)); done; printf END; exec cat`;
  const sizes = [[50, 20], [120, 24], [33, 10], [80, 50], [200, 12], [80, 24]] as const;
  await compareResized(home, ["sh", "-c", script], "END", sizes);
});

/** Runs a program whose screen is never twice the same in a bare terminal, and prints its bytes again in both. */
function replayed(name: string, program: readonly string[], ready: RegExp, keys: string, after: RegExp): void {
  testWith([program[0]!], `${name}, recorded and printed again`, async () => {
    await using home = new E2eHome({ config: CONFIG });
    const recorder = home.terminal(program, { cols: 100, rows: 30 });
    await recorder.waitFor(ready);
    recorder.write(keys);
    await recorder.waitFor(after);
    const bytes = Buffer.from(recorder.output, "latin1");
    recorder.close();
    const file = home.write("recorded", bytes);
    const argv = ["sh", "-c", `stty raw -echo; cat ${file}; printf '\\033[30;90HEND'; exec cat`];
    expect(
      await compareScreens(home, { argv, steps: [{ shows: "END" }], leastInk: 300, size: { cols: 100, rows: 30 } }),
    ).toBeGreaterThan(300);
  });
}

replayed("htop", ["htop", "--delay=10"], /PID.*\n(.*\n)*.*F10/, "\x1bOR", /\[Filter|Search|Filter/);
replayed("top", ["top", "-d", "5"], /PID USER/, "1zx", /PID USER/);
