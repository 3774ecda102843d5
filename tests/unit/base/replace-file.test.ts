/** Files replaced whole or not at all, and what is left beside them: nothing. */
import { describe, expect, test } from "bun:test";
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile, replaceLink, replaceUserFile } from "../../../src/base/replace-file.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const mode = (path: string) => statSync(path).mode & 0o777;

describe("replaceFile", () => {
  test("makes a private file, or the one that is asked for, and replaces it", () => {
    using folder = tempFolder();
    const path = join(folder.path, "file");
    replaceFile(path, "one");
    expect([readFileSync(path, "utf8"), mode(path)]).toEqual(["one", 0o600]);
    replaceFile(path, new Uint8Array([65, 66]), { mode: 0o640, sync: true });
    expect([readFileSync(path, "utf8"), mode(path)]).toEqual(["AB", 0o640]);
    expect(readdirSync(folder.path)).toEqual(["file"]);
  });

  test("gives the mode that is asked for, whatever the umask", () => {
    using folder = tempFolder();
    const path = join(folder.path, "file");
    const before = process.umask(0o077);
    try {
      replaceFile(path, "shared", { mode: 0o664 });
    } finally {
      process.umask(before);
    }
    expect(mode(path)).toBe(0o664);
  });

  test("takes the place of a link, not of what it leads to", () => {
    using folder = tempFolder();
    const [target, path] = [join(folder.path, "target"), join(folder.path, "link")];
    writeFileSync(target, "old");
    symlinkSync(target, path);
    replaceFile(path, "new");
    expect([readFileSync(target, "utf8"), readFileSync(path, "utf8"), lstatSync(path).isSymbolicLink()]).toEqual(["old", "new", false]);
  });

  test("does not write through what somebody laid in its way, and leaves nothing when it fails", () => {
    using folder = tempFolder();
    const [path, trap] = [join(folder.path, "file"), join(folder.path, "trap")];
    writeFileSync(trap, "untouched");
    symlinkSync(trap, `${path}.${process.pid}.new`);
    replaceFile(path, "text");
    expect([readFileSync(trap, "utf8"), readFileSync(path, "utf8")]).toEqual(["untouched", "text"]);
    mkdirSync(join(folder.path, "taken", "by"), { recursive: true });
    expect(() => replaceFile(join(folder.path, "taken"), "text")).toThrow();
    expect(() => replaceFile(join(folder.path, "nowhere", "file"), "text")).toThrow();
    expect(readdirSync(folder.path).sort()).toEqual(["file", "taken", "trap"]);
  });
});

describe("replaceUserFile", () => {
  test("keeps the link and the mode, and makes the folder", () => {
    using folder = tempFolder();
    const [real, path] = [join(folder.path, "dotfiles"), join(folder.path, "config", "fugue.toml")];
    replaceUserFile(path, "first");
    expect([readFileSync(path, "utf8"), mode(path)]).toEqual(["first", 0o600]);
    writeFileSync(real, "old");
    chmodSync(real, 0o644);
    replaceLink(path, real);
    replaceUserFile(path, "second");
    expect([readFileSync(real, "utf8"), mode(real), readlinkSync(path)]).toEqual(["second", 0o644, real]);
  });
});

test("replaceLink makes a link and lets it lead elsewhere", () => {
  using folder = tempFolder();
  const path = join(folder.path, "link");
  for (const target of ["/one", "/two"]) {
    replaceLink(path, target);
    expect(readlinkSync(path)).toBe(target);
  }
  expect(readdirSync(folder.path)).toEqual(["link"]);
});
