import { describe, expect, test } from "bun:test";
import { BufferPicker } from "../../../../src/client/ui/buffer-picker.ts";
import { ClientPicker } from "../../../../src/client/ui/client-picker.ts";
import type { BufferInfo, ClientInfo } from "../../../../src/commands/context.ts";
import { isAligned, keys, mouse, NOW, rowsOf, selectedText, stage, type } from "./harness.ts";

const buffer = (name: string, sample: string): BufferInfo => ({
  name, sample, bytes: sample.length, createdAt: NOW - 60_000,
});
const client = (id: number, name: string, over: Partial<ClientInfo> = {}): ClientInfo => ({
  id, name, pid: 100 + id, session: "api", cols: 80, rows: 24, readOnly: false, attachedAt: NOW, activeAt: NOW - 2000,
  ...over,
});

describe("the buffer picker", () => {
  const open = async () => {
    const { context, host } = await stage();
    const done: string[] = [];
    const picker = new BufferPicker(context, {
      paste: (name) => done.push(`${host.closes} paste ${name}`),
      delete: (name) => done.push(`delete ${name}`),
    });
    host.overlay = picker;
    picker.setBuffers([buffer("b2", "git status\x1b[A"), buffer("b1", "漢字 {bold}👩‍💻"), buffer("b0", "x".repeat(500))]);
    return { picker, host, done };
  };

  test("shows name, beginning, size and age", async () => {
    const { picker } = await open();
    const rows = rowsOf(picker, 50, 20);
    expect(rows.slice(0, 4)).toEqual([
      "┌─ buffers (3) ──────────────────────────────────┐",
      "│b2  git status\ufffd[A                  13 bytes   1m│",
      "│b1  漢字 {bold}👩‍💻                  14 bytes   1m│",
      "│b0  xxxxxxxxxxxxxxxxxxxxxxxxxxxx… 500 bytes   1m│",
    ]);
    expect(isAligned(picker.draw())).toBe(true);
    picker.dispose();
  });

  test("Enter pastes and closes, d deletes and stays", async () => {
    const { picker, host, done } = await open();
    keys(picker, "j", "d");
    expect([done, host.closes]).toEqual([["delete b1"], 0]);
    picker.setBuffers([buffer("b2", "git status"), buffer("b0", "x")]);
    expect(selectedText(picker)).toMatch(/^b0/);
    keys(picker, "Enter");
    expect(done[1]).toBe("1 paste b0");
  });

  test("finds by name and text", async () => {
    const { picker, done } = await open();
    keys(picker, "/");
    type(picker, "STAT");
    keys(picker, "Enter", "Enter");
    expect(done).toEqual(["1 paste b2"]);
    const empty = await open();
    empty.picker.setBuffers([]);
    expect(rowsOf(empty.picker).join("\n")).toContain("no buffers");
    keys(empty.picker, "Enter", "d", "q");
    expect([empty.done, empty.host.closes]).toEqual([[], 1]);
  });
});

describe("the client picker", () => {
  const open = async () => {
    const { context, host } = await stage();
    const done: string[] = [];
    const picker = new ClientPicker(context, { detach: (id) => done.push(`${host.closes} detach ${id}`) }, 2);
    host.overlay = picker;
    picker.setClients([client(1, "ann@laptop", { readOnly: true }), client(2, "ann@desk")]);
    return { picker, host, done };
  };

  test("shows who looks at what, and which one is this", async () => {
    const { picker } = await open();
    const text = rowsOf(picker, 80, 20).join("\n");
    expect(text).toContain("ann@laptop  api  read-only");
    expect(text).toContain("ann@desk  api  (this one)");
    expect(text).toContain("80x24  pid 101  idle   2s");
    picker.dispose();
  });

  test("d detaches and stays, Enter detaches and closes, so does a second press", async () => {
    const { picker, done } = await open();
    keys(picker, "d", "j", "Enter");
    expect(done).toEqual(["0 detach 1", "1 detach 2"]);
    const other = await open();
    rowsOf(other.picker, 80, 20);
    mouse(other.picker, 5, 2);
    mouse(other.picker, 5, 2);
    expect(other.done).toEqual(["1 detach 2"]);
  });
});
