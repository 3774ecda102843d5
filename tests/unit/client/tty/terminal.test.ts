/** The outer terminal's owner on a real terminal: what it sets, and that it always gives everything back. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { PtyScreen } from "../../../support/pty-screen.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

const ROOT = join(import.meta.dir, "../../../../src");

/** A program that owns the terminal and obeys what is typed: one letter is one action. */
function program(more = ""): string[] {
  return [process.execPath, "-e", `
    import { OuterTerminal } from ${JSON.stringify(join(ROOT, "client/tty/terminal.ts"))};
    import { systemClock } from ${JSON.stringify(join(ROOT, "base/clock.ts"))};
    const terminal = new OuterTerminal(systemClock);
    terminal.setMouse(true);
    terminal.setExtendedKeys(true);
    let heard = "";
    terminal.start({
      data: (bytes) => {
        for (const letter of new TextDecoder().decode(bytes)) {
          if (letter === "q") { terminal.close(); console.log("bye"); process.exit(3); }
          else if (letter === "x") process.exit(4);
          else if (letter === "t") throw new Error("crashed");
          else if (letter === "z") terminal.suspend();
          else if (letter === "m") terminal.setMouse(false);
          else if (letter === "l") terminal.setExtendedKeys(false);
          else if (letter === "n") terminal.setMotion(true);
          else if (letter === "f") {
            for (let n = 0; n < 200; n++) terminal.write("flood ".repeat(5000));
            terminal.write("[END]", () => terminal.write("[DONE]"));
          }
          else if (letter === "p") terminal.write("[pending " + (terminal.pending > 100000) + "]");
          else { heard += letter; terminal.write("\\x1b[H[" + JSON.stringify(heard) + "]"); }
        }
      },
      resized: (cols, rows) => terminal.write("\\x1b[2;1H[" + cols + "x" + rows + "]"),
      gone: () => process.exit(5),
    });
    process.on("SIGCONT", () => { terminal.resume(); terminal.write("[resumed]"); });
    terminal.write("\\x1b[3;1H[size " + terminal.cols + "x" + terminal.rows + "]");
    ${more}`];
}

/** What a shell's terminal is like. */
function expectPlain(screen: PtyScreen): void {
  expect(screen.emulator.modes()).toMatchObject({
    bracketedPaste: false, mouseTracking: "none", focusEvents: false, alternateScreen: false, kittyFlags: 0,
    modifyOtherKeys: 0, cursorVisible: true,
    cursorShape: 0,
  });
}

/** A shell that shows what the program left behind. */
const inShell = (argv: string[]) => [
  "/bin/sh", "-c",
  `echo before; "$@"; echo "status $?"
   stty -a | grep -o -- '-\\?icanon\\|-\\?echo\\b\\|-\\?isig' | tr '\\n' ' '; echo done; sleep 100`,
  "sh", ...argv,
];

describe("the outer terminal", () => {
  test("gets its modes, gives its bytes as they come, and is given back at the end", async () => {
    await using screen = new PtyScreen(inShell(program()), 70, 20);
    await screen.waitFor("the start", () => screen.text.includes("[size 70x20]"));
    expect(screen.emulator.modes()).toMatchObject({
      bracketedPaste: true, mouseTracking: "drag", mouseEncoding: "sgr", focusEvents: true, alternateScreen: true,
      kittyFlags: 1, modifyOtherKeys: 1,
    });
    screen.type("\x03\x1a\x1c\r");
    await screen.waitFor("raw keys", () => screen.text.includes('["\\u0003\\u001a\\u001c\\r"]'));
    screen.type("n");
    await screen.waitFor("motion", () => screen.emulator.modes().mouseTracking === "any");
    screen.type("m");
    await screen.waitFor("no mouse", () => screen.emulator.modes().mouseTracking === "none");
    screen.type("l");
    await screen.waitFor("legacy keys", () => screen.emulator.modes().kittyFlags === 0);
    expect(screen.emulator.modes().modifyOtherKeys).toBe(0);
    screen.resize(81, 25);
    await screen.waitFor("the new size", () => screen.text.includes("[81x25]"));
    screen.type("q");
    await screen.waitFor("the shell", () => screen.text.includes("done"));
    expectPlain(screen);
    expect(screen.text).toContain("before\nbye\nstatus 3\nisig icanon echo done");
  });

  test.each([
    ["x", "status 4"], ["t", "status 1"],
  ])("is given back when the program ends by %s", async (letter, status) => {
    await using screen = new PtyScreen(inShell(program()));
    await screen.waitFor("the start", () => screen.text.includes("[size 80x24]"));
    screen.type(letter);
    await screen.waitFor("the shell", () => screen.text.includes("done"));
    expectPlain(screen);
    expect(screen.text).toContain(status);
    expect(screen.text).toContain("isig icanon echo done");
  });

  test("answers that are late are no input of whoever comes next, but what is typed after them is", async () => {
    const argv = program('terminal.ask("\\x1b]11;?\\x1b\\\\\\x1b[c"); terminal.close(); process.exit(3);');
    const script = 'echo before; "$@"; stty -icanon -echo min 1; head -c 3 | od -An -c; echo done; sleep 100';
    await using screen = new PtyScreen(["/bin/sh", "-c", script, "sh", ...argv]);
    await screen.waitFor("the program's end", () => screen.output.includes("\x1b[?1049l"));
    screen.type("abc");
    await screen.waitFor("what the shell reads", () => screen.text.includes("done"));
    expect(screen.text.split("\n").filter((line) => line !== "" && !line.includes("size")).join("|")).toMatch(/^before\|(abc)?   a   b   c\|done$/);
  });

  test("is given back while the program is suspended, and taken again afterwards", async () => {
    const bash = Bun.which("bash");
    if (!bash) return console.log("SKIPPED: there is no bash");
    await using screen = new PtyScreen([bash, "--norc", "-i"], 80, 24, { PS1: "$ " });
    await screen.waitFor("the shell", () => screen.text.endsWith("$"));
    const [bun, , script] = program() as [string, string, string];
    using folder = tempFolder();
    await Bun.write(join(folder.path, "p.ts"), script);
    screen.type(`${bun} ${folder.path}/p.ts\r`);
    await screen.waitFor("the start", () => screen.text.includes("[size 80x24]"));
    screen.type("z");
    await screen.waitFor(
      "the shell again", () => /Stopped/.test(screen.text) && !screen.emulator.modes().alternateScreen,
    );
    // the shell sets its own modes once the program is gone
    expect(screen.emulator.modes()).toMatchObject({
      mouseTracking: "none", focusEvents: false, kittyFlags: 0, cursorVisible: true,
    });
    screen.type("fg\r");
    await screen.waitFor(
      "the program again", () => screen.text.includes("[resumed]") && screen.emulator.modes().alternateScreen,
    );
    expect(screen.emulator.modes()).toMatchObject({ bracketedPaste: true, mouseTracking: "drag", kittyFlags: 1 });
    screen.type("k");
    await screen.waitFor("its keys", () => screen.text.includes('["k"]'));
    screen.type("q");
    await screen.waitFor("the end", () => screen.text.includes("bye"));
  });

  test("that takes nothing holds up neither the program nor its end", async () => {
    await using screen = new PtyScreen(program(), 80, 24);
    await screen.waitFor("the start", () => screen.text.includes("[size 80x24]"));
    screen.freeze(true);
    screen.type("f");
    await Bun.sleep(100);
    expect(screen.exit).toBeUndefined();
    screen.type("x");
    await screen.waitFor("the end", () => screen.exit !== undefined);
    expect(screen.exit!.code).toBe(4);
  });

  test("that is slow gets everything in order", async () => {
    await using screen = new PtyScreen(program(), 80, 24);
    await screen.waitFor("the start", () => screen.text.includes("[size 80x24]"));
    screen.type("f");
    await screen.waitFor("all of it", () => screen.output.includes("[END][DONE]"));
    expect(screen.output.split("flood ").length - 1).toBe(200 * 5000);
  });

  test("of more columns or rows than the protocol knows is used as far as it knows them", async () => {
    await using screen = new PtyScreen(program(), 1600, 1200);
    await screen.waitFor("the start", () => screen.output.includes("[size 1000x1000]"));
  });

  test("that is closed is noticed", async () => {
    await using screen = new PtyScreen(program('process.on("SIGHUP", () => {});'), 80, 24);
    await screen.waitFor("the start", () => screen.text.includes("[size 80x24]"));
    screen.pty.close();
    await screen.waitFor("the end", () => screen.exit !== undefined);
    expect(screen.exit!.code).toBe(5);
  });
});
