import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createPrivateFile, readPrivateFile, removePrivateFile, writePrivateFile } from "../../../src/trust/private-file.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { thrownBy } from "../../support/thrown.ts";

function inFolder(run: (path: string) => void): void {
  using folder = tempFolder();
  run(join(folder.path, "sub", "secret"));
}

describe("a private file", () => {
  test("is made for its owner only, in a folder that is so too, and leaves nothing else behind", () => {
    inFolder((path) => {
      writePrivateFile(path, "one\n");
      expect(readPrivateFile(path)).toBe("one\n");
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
      writePrivateFile(path, "two\n");
      expect(readPrivateFile(path)).toBe("two\n");
      expect(readdirSync(dirname(path))).toEqual(["secret"]);
    });
  });

  test("is made once: who comes second is told what the first wrote", () => {
    inFolder((path) => {
      expect(createPrivateFile(path, "first")).toBe("first");
      expect(createPrivateFile(path, "second")).toBe("first");
      expect(readdirSync(dirname(path))).toEqual(["secret"]);
    });
  });

  test("that is missing reads as nothing, and is removed without an error", () => {
    inFolder((path) => {
      expect(readPrivateFile(path)).toBeUndefined();
      expect(removePrivateFile(path)).toBe(false);
      writePrivateFile(path, "x");
      expect(removePrivateFile(path)).toBe(true);
      expect(readPrivateFile(path)).toBeUndefined();
    });
  });

  test.each([0o640, 0o604, 0o620, 0o666])("with mode %p is refused, with what to do", (mode) => {
    inFolder((path) => {
      writePrivateFile(path, "x");
      chmodSync(path, mode);
      expect(thrownBy(() => readPrivateFile(path))).toMatchObject({ code: "refused", hint: `if nobody has read it: chmod 600 ${path}` });
    });
  });

  test.skipIf(process.getuid?.() !== 0)("of somebody else is refused", () => {
    inFolder((path) => {
      writePrivateFile(path, "x");
      chownSync(path, 65534, 65534);
      expect(thrownBy(() => readPrivateFile(path))).toMatchObject({ code: "refused", message: expect.stringContaining("another user (uid 65534)") });
    });
  });

  test("that is a link or a folder is refused", () => {
    inFolder((path) => {
      writePrivateFile(path, "x");
      symlinkSync(path, `${path}.link`);
      expect(thrownBy(() => readPrivateFile(`${path}.link`))).toMatchObject({ code: "refused", message: expect.stringContaining("symbolic link") });
      mkdirSync(`${path}.d`);
      expect(thrownBy(() => readPrivateFile(`${path}.d`))).toMatchObject({ code: "refused" });
    });
  });

  test("replaces a link instead of following it", () => {
    inFolder((path) => {
      writePrivateFile(path, "x");
      symlinkSync(path, `${path}.link`);
      writePrivateFile(`${path}.link`, "y");
      expect([readPrivateFile(path), readPrivateFile(`${path}.link`)]).toEqual(["x", "y"]);
    });
  });

  test("is not endless", () => {
    inFolder((path) => {
      writePrivateFile(path, "");
      writeFileSync(path, "x".repeat(70_000));
      expect(thrownBy(() => readPrivateFile(path))).toMatchObject({ code: "tooLarge" });
    });
  });
});
