/** A server keeps its identity; one that can't be read for a moment is not replaced by another. */
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serverIdentity } from "../../../src/server/identity.ts";
import { tempFolder } from "../../support/temp-folder.ts";

test("it is made once, private, and made anew where half of it was written", () => {
  using folder = tempFolder();
  const path = join(folder.path, "server-id");
  const id = serverIdentity(path);
  expect([id, statSync(path).mode & 0o777, serverIdentity(path)]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), 0o600, id]);
  writeFileSync(path, id.slice(0, 7));
  const next = serverIdentity(path);
  expect([next === id, readFileSync(path, "utf8")]).toEqual([false, `${next}\n`]);
});

test("what can't be read is left alone", () => {
  using folder = tempFolder();
  const path = join(folder.path, "server-id");
  mkdirSync(path);
  expect(serverIdentity(path)).toMatch(/^[0-9a-f]{32}$/);
  // still a folder, and nothing beside it
  rmdirSync(path);
  expect(serverIdentity(join(folder.path, "nowhere", "server-id"))).toMatch(/^[0-9a-f]{32}$/);
});
