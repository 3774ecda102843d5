import { test, expect } from "bun:test";
import { join } from "node:path";
import { PtyScreen } from "../../support/pty-screen.ts";

const PROMPTER = join(import.meta.dir, "../../../src/roles/prompter.ts");

test("every answer is read, whatever was asked before, and what comes after the last is not ours", async () => {
  const program = `
    import { readdirSync } from "node:fs";
    import { isatty } from "node:tty";
    import { terminalPrompter } from ${JSON.stringify(PROMPTER)};
    const { ask, confirm } = terminalPrompter({ isTty: true }, process.env);
    const answers = [await confirm("Remember?")];
    for (const name of ["one", "two", "three"]) answers.push(await ask({ text: name + ": ", echo: name === "two" }));
    console.log("answers", JSON.stringify(answers));
    await Bun.sleep(20);
    console.log("open", readdirSync("/dev/fd").filter((fd) => isatty(Number(fd)) && fd > 2).length);
    Bun.spawnSync(["cat"], { stdin: "inherit", stdout: "inherit" });
  `;
  await using screen = new PtyScreen([process.execPath, "-e", program]);
  for (const [question, answer] of [["Remember?", "yes"], ["one:", "füße"], ["two:", "zwai\x7f\x7fei"], ["three:", "drei"]]) {
    await screen.waitFor(question!, () => screen.text.includes(question!));
    screen.type(`${answer}\r`);
  }
  await screen.waitFor("the answers", () => screen.text.includes("answers"));
  expect(screen.text).toContain('answers [true,"füße","zwei","drei"]');
  await screen.waitFor("what is open", () => screen.text.includes("open 0"));
  expect(screen.text).toContain("two: zwei");
  expect(screen.text).not.toContain("three: drei");
  screen.type("left\r");
  await screen.waitFor("what cat prints", () => screen.text.split("left").length === 3);
  screen.type("\x04");
  await screen.waitFor("the end", () => screen.exit !== undefined);
});

test("a stage that lasts is shown, though none follows it; one that is over soon is not", async () => {
  const program = `
    import { terminalPrompter } from ${JSON.stringify(PROMPTER)};
    const quick = terminalPrompter({ isTty: true }, process.env);
    quick.progress("connecting", "near");
    quick.done();
    const slow = terminalPrompter({ isTty: true }, process.env);
    slow.progress("resolving", "far");
    slow.progress("connecting", "far");
    process.stdin.setRawMode(true);
    await new Promise((resolve) => process.stdin.once("data", resolve));
    process.stdin.pause();
    slow.done();
    console.log("over");
    await Bun.sleep(600);
    console.log("quiet");
  `;
  await using screen = new PtyScreen([process.execPath, "-e", program]);
  await screen.waitFor("the stage", () => screen.text.includes("connecting far …"));
  expect(screen.text).not.toMatch(/near|resolving/);
  screen.type("\r");
  await screen.waitFor("the end", () => screen.text.includes("quiet"));
  expect(screen.text).not.toContain("connecting");
});
