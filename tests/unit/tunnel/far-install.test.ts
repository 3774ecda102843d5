import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { LogRoot } from "../../../src/base/log.ts";
import type { Prompter } from "../../../src/transport/dialer.ts";
import { offerInstall, ownKind } from "../../../src/tunnel/far-install.ts";
import { FakeConnection, fakeFar } from "../../support/fake-ssh.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { rejection } from "../../support/thrown.ts";

/** A machine whose home is a folder, and an executable of this one. */
function machines(executable: string) {
  const folder = tempFolder();
  const home = join(folder.path, "home");
  mkdirSync(home);
  const path = join(folder.path, "fugue");
  writeFileSync(path, executable);
  chmodSync(path, 0o755);
  const asked: string[] = [];
  const stages: string[] = [];
  const person = (answer: boolean): Prompter => ({
    progress: (stage, detail) => void stages.push(`${stage} ${detail}`), ask: async () => undefined,
    confirm: async (question) => {
      asked.push(question);
      return answer;
    },
  });
  const connection = new FakeConnection(fakeFar({ HOME: home, PATH: "/usr/bin:/bin" }));
  const parts = { executable: path, clock: systemClock, log: new LogRoot(systemClock, () => {}).scope("t"), alive: () => {} };
  return { folder, home, path, asked, stages, person, connection, parts, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const WORKS = `#!/bin/sh\necho fugue 1\n# ${"x".repeat(300_000)}\n`;

test("the executable is copied only after a yes, whole, and takes the place of an older one in one step", async () => {
  using two = machines(WORKS);
  expect(await offerInstall(two.connection, two.person(false), two.parts)).toBe(false);
  expect(readdirSync(two.home)).toEqual([]);
  expect(two.asked).toEqual([expect.stringMatching(new RegExp(`not installed on ann@far:22. Copy this executable \\(1 MB, ${ownKind()}\\) to ~/.local/bin/fugue`))]);
  mkdirSync(join(two.home, ".local/bin"), { recursive: true });
  writeFileSync(join(two.home, ".local/bin/fugue"), "old");
  expect(await offerInstall(two.connection, two.person(true), two.parts)).toBe(true);
  const copy = join(two.home, ".local/bin/fugue");
  const sum = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  expect(sum(copy)).toBe(sum(two.path));
  expect(statSync(copy).mode & 0o777).toBe(0o755);
  expect(readdirSync(join(two.home, ".local/bin"))).toEqual(["fugue"]);
  expect(two.stages.at(-1)).toBe("copying 100 %");
});

test("what does not run there, or can't be written, leaves nothing and says why", async () => {
  using broken = machines("#!/nonexistent/interpreter\n");
  expect((await rejection(offerInstall(broken.connection, broken.person(true), broken.parts))).message).toContain("does not run there");
  expect(readdirSync(join(broken.home, ".local/bin"))).toEqual([]);
  using blocked = machines(WORKS);
  writeFileSync(join(blocked.home, ".local"), "");
  expect((await rejection(offerInstall(blocked.connection, blocked.person(true), blocked.parts))).message).toContain("can't be made there");
});

test("a copy that is cut off in its middle is not put in place", async () => {
  using two = machines(WORKS);
  const { exec } = two.connection;
  two.connection.exec = async (argv) => {
    const program = await exec.call(two.connection, argv);
    const { write } = program.duplex;
    let passed = 0;
    program.duplex.write = (bytes) => {
      // the rest is lost
      if ((passed += bytes.length) < 100_000) write.call(program.duplex, bytes);
    };
    return program;
  };
  expect((await rejection(offerInstall(two.connection, two.person(true), two.parts))).message).toContain("not what was sent");
  expect(existsSync(join(two.home, ".local/bin/fugue"))).toBe(false);
  expect(readdirSync(join(two.home, ".local/bin"))).toEqual([]);
});

test("a machine of another kind gets no offer, whatever its shell prints before", async () => {
  using two = machines(WORKS);
  const own = join(two.folder.path, "other");
  mkdirSync(own);
  const uname = (text: string) => {
    writeFileSync(join(own, "uname"), `#!/bin/sh\nprintf 'Welcome home\\nno end'; echo; echo '${text}'\n`);
    chmodSync(join(own, "uname"), 0o755);
  };
  const far = new FakeConnection(fakeFar({ HOME: two.home, PATH: `${own}:/usr/bin:/bin` }));
  const { exec } = far;
  far.exec = (argv) => exec.call(far, ["env", `PATH=${own}:/usr/bin:/bin`, ...argv]);
  for (const kind of ["Darwin arm64", "Linux armv7l", ""]) {
    uname(kind);
    expect(await offerInstall(far, two.person(true), two.parts)).toBe(false);
  }
  expect(two.asked).toEqual([]);
  uname(ownKind());
  expect(await offerInstall(far, two.person(true), two.parts)).toBe(true);
});
