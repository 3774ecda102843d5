import { expect, test } from "bun:test";
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { foregroundFolder, foregroundProgram } from "../../../../src/server/panes/program.ts";
import { PtyScreen } from "../../../support/pty-screen.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

const isLinux = process.platform === "linux";

test.skipIf(!isLinux)("the program in front of a shell is known by name, however odd, and by its folder", async () => {
  const bash = Bun.which("bash");
  if (!bash) return console.log("SKIPPED: there is no bash");
  using folder = tempFolder();
  const odd = join(realpathSync(folder.path), "a) S 1 (b c");
  mkdirSync(odd);
  await using screen = new PtyScreen([bash, "--norc", "-i"], 80, 24, { PS1: "$ " });
  await screen.waitFor("the shell", () => screen.text.endsWith("$"));
  expect(foregroundProgram(screen.pty.pid)).toBe("bash");
  screen.type(`cp $(command -v sleep) '${odd}/s l) p' && cd '${odd}' && ./s\\ l\\)\\ p 100\r`);
  await screen.waitFor("the program", () => foregroundProgram(screen.pty.pid) !== "bash");
  await screen.waitFor("its name", () => foregroundProgram(screen.pty.pid)?.startsWith("s") ?? false);
  expect(foregroundFolder(screen.pty.pid)).toBe(odd);
  screen.type("\x03");
  await screen.waitFor("the shell again", () => foregroundProgram(screen.pty.pid) === "bash");
});

test.skipIf(!isLinux)("a login shell is named without its dash", async () => {
  const bash = Bun.which("bash");
  if (!bash) return console.log("SKIPPED: there is no bash");
  await using screen = new PtyScreen([bash, "-c", "exec -a -mysh sleep 100"], 80, 24);
  await screen.waitFor("the program", () => foregroundProgram(screen.pty.pid) === "mysh");
});

test("of a process that is gone nothing is known", () => {
  expect([foregroundProgram(2 ** 22 + 5), foregroundFolder(2 ** 22 + 5)]).toEqual([undefined, undefined]);
});
