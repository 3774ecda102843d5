import { describe, expect, test } from "bun:test";
import { manualPages } from "../../../src/cli/manual.ts";
import { commandsAt, COMMANDS } from "../../../src/commands/registry.ts";
import { optionArgs } from "../../../src/commands/parse.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const pages = [...manualPages()];
const mandoc = Bun.which("mandoc");

describe("the manual", () => {
  test.skipIf(!mandoc)("has no error that mandoc knows", async () => {
    using folder = tempFolder();
    for (const [name, text] of pages) {
      await Bun.write(`${folder.path}/${name}`, text);
      const { exitCode, stdout } = Bun.spawnSync([mandoc!, "-T", "lint", "-W", "error", `${folder.path}/${name}`]);
      expect(`${stdout}${exitCode}`, name).toBe("0");
    }
  });

  test.skipIf(!mandoc)("shows every command with its options", async () => {
    using folder = tempFolder();
    for (const group of new Set(COMMANDS.map((command) => command.group))) {
      const path = `${folder.path}/page.1`;
      await Bun.write(path, manualPages().get(`fugue-${group}.1`)!);
      const { stdout } = Bun.spawnSync([mandoc!, "-T", "utf8", "-O", "width=160", path]);
      const text = stdout.toString().replace(/.\u0008/g, "");
      for (const command of commandsAt("shell").filter((one) => one.group === group)) {
        expect(text).toContain(`fugue ${command.name}`);
        for (const [name] of optionArgs(command)) expect(text, command.name).toContain(`--${name}`);
      }
    }
  });

  test("is one page for fugue and one for each group", () => {
    const groups = [...new Set(COMMANDS.map(({ group }) => `fugue-${group}.1`))];
    expect(pages.map(([name]) => name).sort()).toEqual(["fugue.1", ...groups].sort());
  });

  test("no line begins with a request that is not meant, and no backslash stands alone", () => {
    for (const [name, text] of pages) {
      const lines = text.split("\n").filter((line) => !line.startsWith(".\\\""));
      const odd = lines.filter((line) => /^\.(?![A-Z][a-z]|br)|^'/.test(line) || /\\(?![e&(\\"])/.test(line));
      expect(odd, name).toEqual([]);
    }
  });
});
