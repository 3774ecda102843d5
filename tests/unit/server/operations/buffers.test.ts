import { describe, expect, test } from "bun:test";
import { Buffers } from "../../../../src/server/operations/buffers.ts";
import { codeThrownBy, thrownBy } from "../../../support/thrown.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

function rig() {
  let saved: Uint8Array | undefined;
  const clock = new VirtualClock();
  const buffers = new Buffers(clock, (bytes) => void (saved = bytes.slice()));
  const again = () => {
    const next = new Buffers(clock, () => {});
    next.load(saved);
    return next;
  };
  return { clock, buffers, again, names: () => buffers.list().map((b) => b.name) };
}

describe("paste buffers", () => {
  test("are named in order, newest first", () => {
    const r = rig();
    expect([
      r.buffers.set("one"), r.buffers.set("two"), r.buffers.set("three", "mine"),
    ]).toEqual(["buffer0", "buffer1", "mine"]);
    expect(r.names()).toEqual(["mine", "buffer1", "buffer0"]);
    expect([r.buffers.get().text, r.buffers.get("buffer0").text]).toEqual(["three", "one"]);
  });

  test("that are set again come first, and deleted ones are gone", () => {
    const r = rig();
    r.buffers.set("a", "x");
    r.buffers.set("b", "y");
    r.buffers.set("A", "x");
    expect([r.names(), r.buffers.get("x").text]).toEqual([["x", "y"], "A"]);
    r.buffers.delete();
    expect(r.names()).toEqual(["y"]);
  });

  test("that are not there are an error that says what is", () => {
    const r = rig();
    expect(thrownBy(() => r.buffers.get())).toMatchObject({
      code: "noTarget", hint: expect.stringContaining("copy something"),
    });
    r.buffers.set("x", "notes");
    expect(thrownBy(() => r.buffers.get("ntoes")).hint).toBe("did you mean 'notes'?");
    expect(codeThrownBy(() => r.buffers.delete("none"))).toBe("noTarget");
    expect(codeThrownBy(() => r.buffers.set("x", "a:b"))).toBe("usage");
  });

  test("are bounded in number, but not those that a person named", () => {
    const r = rig();
    r.buffers.set("keep", "mine");
    for (let n = 0; n < 200; n++) r.buffers.set(`text ${n}`);
    const names = r.names();
    expect(names.length).toBeLessThanOrEqual(52);
    expect(names).toContain("mine");
    expect(names[0]).toBe("buffer199");
  });

  test("are bounded in bytes, the newest always kept", () => {
    const r = rig();
    const big = "x".repeat(7 << 20);
    for (let n = 0; n < 8; n++) r.buffers.set(big, `b${n}`);
    const held = r.buffers.list().reduce((sum, b) => sum + b.bytes, 0);
    expect(held).toBeLessThanOrEqual(32 << 20);
    expect(r.names()[0]).toBe("b7");
    expect(codeThrownBy(() => r.buffers.set("é".repeat(17 << 20)))).toBe("tooLarge");
  });

  test("show how they begin, with nothing in it that a terminal would obey", () => {
    const r = rig();
    r.buffers.set("\x1b[31mred\n\u202e");
    const [info] = r.buffers.list();
    expect(info!.sample).toBe("\ufffd[31mred\ufffd\ufffd");
    expect([info!.bytes, info!.createdAt]).toEqual([12, r.clock.wall()]);
  });

  test("outlive the daemon, and numbers go on", () => {
    const r = rig();
    r.buffers.set("one");
    r.buffers.set("ü\0\u2028", "odd");
    const again = r.again();
    expect([
      again.get("odd").text, again.get("buffer0").text, again.set("next"),
    ]).toEqual(["ü\0\u2028", "one", "buffer1"]);
  });

  test.each([
    "{", "null", "5", "[]", "{}", '{"items":5}', '{"items":[5,null,{"name":1}],"next":"x"}',
    '{"items":[{"name":"ok","text":"t","createdAt":1,"automatic":false}]}',
  ])(
    "of which %s is left begin anew with what can be read",
    (text) => {
      const buffers = new Buffers(new VirtualClock(), () => {});
      buffers.load(new TextEncoder().encode(text));
      expect(() => buffers.list()).not.toThrow();
      expect(buffers.set("fresh")).toMatch(/^buffer\d+$/);
      expect(buffers.get().text).toBe("fresh");
    },
  );
});
