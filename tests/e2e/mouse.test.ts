/** The mouse: focus, borders, windows in the status line; programs that ask for it get it. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelledPanes } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";

/** Shows what it is sent, with Esc as ^[, after it has asked for the mouse in SGR form. */
const MOUSE_PROGRAM = "printf '\\033[?1000h\\033[?1006h'; stty raw -echo; echo READY; exec cat -v";

test("a click moves the focus", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.click(3, 10);
  await expectFocus(terminal, "AAA", "left");
  terminal.click(70, 10);
  await expectFocus(terminal, "BBB", "right");
});

test("a drag moves a border, and only as far as there is room", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.mouse("press", 0, 40, 5);
  terminal.mouse("move", 0, 45, 5);
  terminal.mouse("move", 0, 50, 6);
  terminal.mouse("release", 0, 50, 6);
  await terminal.waitAt("BBB", 51, 0);
  terminal.mouse("press", 0, 50, 5);
  terminal.mouse("move", 0, 79, 5);
  terminal.mouse("release", 0, 79, 5);
  await terminal.waitUntil("a pane of one column", () => terminal.row(0)[78] === "│");
});

test("a click on a window in the status line shows it, the wheel walks through them", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  await home.fugue("window", "new", "work", "-n", "second");
  await terminal.waitForBar("1:second");
  terminal.click(terminal.bar.indexOf("1:second") + 2, 23);
  await terminal.waitForBar("1:second*");
  terminal.mouse("press", 65, 2, 23);
  await terminal.waitForBar("0:cat*");
});

test("a program that asks for the mouse gets it, in its own coordinates; shift is left to the terminal", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  await home.fugue("split", "work", "--right", "--", "sh", "-c", MOUSE_PROGRAM);
  await terminal.waitFor("READY");
  const { x } = terminal.find("READY")!;
  terminal.click(x + 4, 7);
  await terminal.waitFor("^[[<0;5;8M^[[<0;5;8m");
  terminal.mouse("press", 64, x + 1, 2);
  await terminal.waitFor("^[[<64;2;3M");
});

test("the wheel sends arrows to a program on the alternate screen that does not ask for the mouse", async () => {
  await using home = new E2eHome();
  const terminal = home.tui(
    ["new", "work", "--", "sh", "-c", "printf '\\033[?1049h'; stty raw -echo; echo READY; exec cat -v"],
  );
  await terminal.waitFor("READY");
  terminal.mouse("press", 64, 3, 3);
  await terminal.waitFor(/\^\[(\[|O)A/);
});

test("with mouse = false the terminal is not asked for it", async () => {
  await using home = new E2eHome({ config: "[options]\nmouse = false\n" });
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  expect(terminal.emulator.modes().mouseTracking).toBe("none");
  await expectFocus(terminal, "BBB", "typed");
});
