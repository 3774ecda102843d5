import { expect, test } from "bun:test";
import { parseSideband, writtenOut } from "../../../src/agents/sideband.ts";

test("requests are read with their values decoded", () => {
  expect(parseSideband("spawn;command=make%20-j%3B%20echo%20%C3%A9;where=right;name=build;dir=/tmp")).toEqual({
    kind: "spawn", command: "make -j; echo é", where: "right", name: "build", dir: "/tmp",
  });
  expect(parseSideband(" spawn ; preset=codex ; later=unknown ")).toEqual({ kind: "spawn", preset: "codex", where: "down" });
  expect(parseSideband("notify;body=ready")).toEqual({ kind: "notify", title: "", body: "ready" });
  expect(parseSideband("status;state=blocked;question=which%3F")).toEqual({ kind: "status", state: "blocked", question: "which?" });
  expect(parseSideband("status;text=half%20done")).toEqual({ kind: "status", text: "half done" });
  expect(parseSideband("title;text=")).toEqual({ kind: "title", text: "" });
  expect(parseSideband("mail;text=hello;type=note")).toEqual({ kind: "mail", type: "note", text: "hello" });
});

test("what is no request is none", () => {
  for (const payload of [
    "", "spawn", "spawn;command=", "spawn;command=a;preset=b", "spawn;command=%", "spawn;command=a;where=there", "spawn;command=a%00b", "spawn;command=a;dir=tmp",
    `spawn;command=${"x".repeat(1001)}`, "notify", "status", "status;state=bored", "status;state=idle;question=x", "title", "mail;type=a%20b;text=x", "mail;text=",
    "kill;target=all", "spawn;=x", "spawn;command", `title;${"a=b;".repeat(20)}`, "__proto__;a=b", "constructor;text=x",
  ]) expect([payload, parseSideband(payload)]).toEqual([payload, undefined]);
});

test("text is written out so that nothing hides in it", () => {
  expect(writtenOut("ls\x1b[2K\r\n\u202etxt\u200b\u2028é\u{e0041}")).toBe("ls\\x1b[2K\\x0d\\x0a\\u202etxt\\u200b\\u2028é\\u{e0041}");
});
