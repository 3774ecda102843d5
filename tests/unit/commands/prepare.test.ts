import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { lookup } from "../../../src/commands/registry.ts";
import { prepareValues } from "../../../src/commands/prepare.ts";
import { rejection } from "../../support/thrown.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const around = { cwd: "/work/here", stdin: async () => "from stdin\n" };
const prepare = (
  name: string, values: Record<string, unknown>, surroundings: Parameters<typeof prepareValues>[2] = around,
) => (
  prepareValues(lookup(name)!, values, surroundings)
);

describe("prepareValues", () => {
  test("a dash for a text is standard input", async () => {
    expect(await prepare("buffer set", { text: "-" })).toEqual({ text: "from stdin\n" });
    expect(await prepare("send", { target: "a", text: ["-"], keys: false })).toMatchObject({ text: ["from stdin\n"] });
  });

  test("a dash among keys is a key", async () => {
    expect(await prepare("send", { target: "a", text: ["-"], keys: true })).toMatchObject({ text: ["-"] });
  });

  test("relative folders start where the command is given", async () => {
    expect(await prepare("split", { dir: "../x" })).toEqual({ dir: "/work/x" });
    expect(await prepare("split", { dir: "/y" })).toEqual({ dir: "/y" });
  });

  test("a home that no shell has put in is put in", async () => {
    expect(await prepare("split", { dir: "~/src" })).toEqual({ dir: join(homedir(), "src") });
    expect(await prepare("split", { dir: "~x" })).toEqual({ dir: "/work/here/~x" });
  });

  test("a relative folder of another machine is a mistake", async () => {
    const error = await rejection(prepare("split", { dir: "x" }, { ...around, cwd: undefined }));
    expect(error.code).toBe("usage");
    expect(await prepare("split", { dir: "/x" }, { ...around, cwd: undefined })).toEqual({ dir: "/x" });
  });

  test("files whose text is wanted are read", async () => {
    using folder = tempFolder();
    writeFileSync(join(folder.path, "layout.json"), "{}");
    expect(await prepare("layout", { apply: "layout.json" }, { ...around, cwd: folder.path })).toEqual({ apply: "{}" });
    expect(await prepare("layout", { apply: "-" })).toEqual({ apply: "from stdin\n" });
    const missing = await rejection(prepare("layout", { apply: "none" }, { ...around, cwd: folder.path }));
    expect(missing.message).toContain("ENOENT");
    expect((await rejection(prepare("layout", { apply: folder.path }))).code).toBe("system");
  });
});
