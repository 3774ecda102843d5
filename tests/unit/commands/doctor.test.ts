import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathsFrom } from "../../../src/base/paths.ts";
import {
  checkClipboard, checkHome, checkLeftovers, checkLocale, checkOpenFiles, checkSocketPath, checkTerm,
} from "../../../src/commands/doctor-checks.ts";
import { tempFolder } from "../../support/temp-folder.ts";

function home(folder: string) {
  return pathsFrom({ FUGUE_HOME: folder });
}

describe("what doctor finds", () => {
  test("a home that is private, open, a link, or not there yet", () => {
    using folder = tempFolder();
    const path = join(folder.path, "home");
    expect(checkHome(home(path))).toMatchObject({ state: "ok", text: expect.stringContaining("when it is needed") });
    mkdirSync(path, { mode: 0o700 });
    expect(checkHome(home(path)).state).toBe("ok");
    chmodSync(path, 0o755);
    expect(checkHome(home(path))).toMatchObject({ state: "warn", hint: `close it: chmod 700 ${path}` });
    symlinkSync(path, join(folder.path, "link"));
    expect(checkHome(home(join(folder.path, "link"))).state).toBe("fail");
  });

  test("a path that is too long for a socket", () => {
    expect(checkSocketPath(home("/short")).state).toBe("ok");
    expect(checkSocketPath(home(`/${"x".repeat(95)}`))).toMatchObject(
      { state: "fail", hint: expect.stringContaining("FUGUE_HOME") }
    );
  });

  test("files that are left over, or not fugue's", () => {
    using folder = tempFolder();
    const paths = home(folder.path);
    expect(checkLeftovers(paths, false)).toMatchObject([{ state: "ok" }]);
    writeFileSync(paths.socket, "");
    expect(checkLeftovers(paths, false)).toMatchObject(
      [{ state: "warn", text: expect.stringContaining("fugue.sock") }]
    );
    expect(checkLeftovers(paths, true)).toMatchObject([{ state: "ok" }]);
    writeFileSync(join(folder.path, "notes.txt"), "");
    expect(checkLeftovers(paths, true)).toMatchObject([{ state: "warn", text: expect.stringContaining("notes.txt") }]);
    expect(checkLeftovers(home("/nowhere"), false)).toEqual([]);
  });

  test.each(
    [[undefined, "warn"], ["dumb", "warn"], ["xterm-256color", "ok"]] as const
  )("TERM %p: %s", (term, state) => {
    expect(checkTerm(term).state).toBe(state);
  });

  test.each([
    [{ LANG: "en_GB.UTF-8" }, "ok"], [{ LC_ALL: "C.utf8", LANG: "C" }, "ok"], [{ LANG: "C" }, "warn"], [{}, "warn"],
    [{ LC_ALL: "POSIX", LANG: "de_DE.UTF-8" }, "warn"],
  ] as const)("locale %p: %s", (env, state) => {
    expect(checkLocale(env).state).toBe(state);
  });

  test.each(
    [[256, "warn"], [1024, "ok"], [Infinity, "ok"], [undefined, "warn"]] as const
  )("%p open files: %s", (limit, state) => {
    expect(checkOpenFiles(limit).state).toBe(state);
  });

  test("a clipboard tool in the path", () => {
    using folder = tempFolder();
    expect(checkClipboard({ PATH: folder.path }).text).toContain("OSC 52");
    writeFileSync(join(folder.path, "xclip"), "");
    expect(checkClipboard({ PATH: `relative:${folder.path}` }).text).toBe("xclip");
    expect(checkClipboard({}).text).toContain("OSC 52");
  });
});
