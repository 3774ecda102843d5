import { describe, expect, test } from "bun:test";
import { checkBody } from "../../../src/protocol/check.ts";
import type { MessageName } from "../../../src/protocol/messages.ts";
import { INPUT_EVENTS, MESSAGE_NAMES, SAMPLES, SERVER_EVENTS } from "../../support/protocol-samples.ts";
import { codeThrownBy, thrownBy } from "../../support/thrown.ts";

type Path = (string | number)[];

/** Fields that may hold anything. */
const FREE = [/^reply\.result(\.|$)/, /^command\.args\./];
/** Fields that may be left out. */
const OPTIONAL = [
  /^historyLines\.(prompts|outputs)$/,
  /^view\.panes\.0\.link$/, /^watch\.sessions$/, /^watched\.panes\.\d\.(cwd|gone)$/,
  /^resize\.colors/,
  /^subscribe\.(target|kinds)$/, /^notices\.dropped$/, /^notices\.notices\.\d\.(session|window|pane|agent|client|before|tags|exit)$/,
  /^notices\.notices\.\d\.(exit\.(code|signal)|agent\.question)$/,
  /^clientHello\.(pane|proof|compression)$/, /^clientNonce\.invite$/, /^welcome\.secret$/, /^goodbye\.hint$/, /^reply\.(result|error|focus|error\.hint)$/,
  /^attach\.(target|session|create|readOnly|detachOthers|env|colors)$/,
  /^attach\.create\.(name|cwd|command|env|tags)$/, /^attach\.(create\.)?env\./, /^attach\.colors\./,
  /^input\.event\.(event|shifted|base)$/,
  /^inputAck\.refused$/, /^view\.(readOnly|synchronized)$/, /^view\.windows\.\d\.(bell|activity|zoomed|last)$/,
  /^view\.panes\.\d\.(cwd|exit|synchronized|progress)$/, /^view\.panes\.\d\.exit\.(code|signal)$/,
  /^frame\.(full|scroll|cursor|modes|more|input|echoed|tty)$/,
  /^event\.(title|status|question|looked)$/,
  /^view\.(windows|sessions|panes)\.\d\.agent$/, /^view\.panes\.\d\.agent\.question$/, /^view\.agents(\.\w+)?$/,
];

function* paths(value: unknown, at: Path = []): Generator<Path> {
  if (at.length > 0) yield at;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  for (const key of Object.keys(value))
    yield* paths((value as Record<string, unknown>)[key], [...at, Array.isArray(value) ? Number(key) : key]);
}

function valueAt(body: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], body);
}

/** A copy of the body with one field replaced, or without it. */
function withField(body: unknown, path: Path, value: unknown): unknown {
  const copy = structuredClone(body) as Record<string, unknown>;
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string, unknown>;
  const last = path[path.length - 1]!;
  if (value === undefined && !Array.isArray(parent)) delete parent[last];
  else parent[last] = value;
  return copy;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Uint8Array) return "bytes";
  return Array.isArray(value) ? "array" : typeof value;
}

/** Values of every kind that CBOR can hold, and numbers that are none of ours. */
const OTHERS: unknown[] = [5, "text", true, new Uint8Array([1]), [1], { a: 1 }, 5n, new Date(0), new Map()];
const BAD_NUMBERS = [NaN, Infinity, 0.5, 2 ** 60, -(2 ** 60)];

function everyField(): { name: MessageName; body: unknown; path: Path; label: string }[] {
  return MESSAGE_NAMES.flatMap((name) =>
    SAMPLES[name].flatMap(
      (body) => [...paths(body)].map((path) => ({ name, body, path, label: `${name}.${path.join(".")}` })),
    ));
}

const isFree = (label: string) => FREE.some((pattern) => pattern.test(label));
const isOptional = (label: string, path: Path) =>
  OPTIONAL.some(
    (pattern) => pattern.test(label),
  ) || /^input\.event\.text$/.test(label) || typeof path.at(-1) === "number";

describe("a message as it should be", () => {
  test.each(MESSAGE_NAMES)("%s is accepted", (name) => {
    for (const body of SAMPLES[name]) expect(() => checkBody(name, body)).not.toThrow();
  });

  test("may have fields that this build does not know", () => {
    for (const name of MESSAGE_NAMES) {
      for (const body of SAMPLES[name])
        expect(() => checkBody(name, { ...body, ofTomorrow: { a: [1] }, "": null })).not.toThrow();
    }
  });

  test("may say null for what it leaves out", () => {
    for (const { name, body, path, label } of everyField()) {
      if (OPTIONAL.some((pattern) => pattern.test(label)) && !/env\./.test(label)) {
        expect([label, codeThrownBy(() => checkBody(name, withField(body, path, null)))]).toEqual([label, undefined]);
        expect([
          label, codeThrownBy(() => checkBody(name, withField(body, path, undefined))),
        ]).toEqual([label, undefined]);
      }
    }
  });
});

describe("a field of the wrong kind", () => {
  test("is refused, whichever it is", () => {
    const accepted: string[] = [];
    for (const { name, body, path, label } of everyField()) {
      if (isFree(label)) continue;
      const kind = kindOf(valueAt(body, path));
      for (const other of OTHERS) {
        // a date and a map are objects to some, and no map of fields to us
        if (kindOf(other) === kind && !(other instanceof Date) && !(other instanceof Map)) continue;
        if (label.endsWith("exit.code") || label.endsWith("exit.signal"))
          if (kindOf(other) === "number" || kindOf(other) === "string") continue;
        if (codeThrownBy(() => checkBody(name, withField(body, path, other))) !== "protocol")
          accepted.push(`${label} = ${kindOf(other)}`);
      }
      if (kind !== "number") continue;
      for (const other of BAD_NUMBERS) {
        if (codeThrownBy(() => checkBody(name, withField(body, path, other))) !== "protocol")
          accepted.push(`${label} = ${other}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  test("is named in the error", () => {
    expect(thrownBy(() => checkBody("resize", { cols: 80, rows: "24" })).message).toContain("'rows'");
    expect(
      thrownBy(() => checkBody("input", { seq: 1, pane: 1, event: { kind: "text" } })).message,
    ).toContain("'event'");
  });

  test("and a missing one are refused alike", () => {
    const accepted: string[] = [];
    for (const { name, body, path, label } of everyField()) {
      if (isFree(label) || isOptional(label, path)) continue;
      if (codeThrownBy(() => checkBody(name, withField(body, path, undefined))) !== "protocol")
        accepted.push(`${label} missing`);
      if (codeThrownBy(() => checkBody(name, withField(body, path, null))) !== "protocol")
        accepted.push(`${label} null`);
    }
    expect(accepted).toEqual([]);
  });

  test("is refused for a whole body too", () => {
    for (const body of [null, undefined, 5, "x", [], new Uint8Array(), true]) {
      for (const name of MESSAGE_NAMES) expect(codeThrownBy(() => checkBody(name, body))).toBe("protocol");
    }
  });
});

describe("bounds", () => {
  const refused = (name: MessageName, body: unknown) => expect(codeThrownBy(
    () => checkBody(name, body),
  )).toBe("protocol");

  test("of sizes are 1 and 1000 cells", () => {
    for (const [cols, rows] of [[0, 24], [80, 0], [1001, 24], [80, 1001], [-1, -1]]) refused("resize", { cols, rows });
    for (const side of [1, 1000]) checkBody("resize", { cols: side, rows: side });
  });

  test("of numbers are those of their kind", () => {
    refused("input", { seq: -1, pane: 1, event: INPUT_EVENTS[1] });
    refused("input", { seq: 1, pane: 2 ** 32, event: INPUT_EVENTS[1] });
    refused("input", { seq: 1, pane: 1, event: { kind: "mouse", action: "press", button: 12, mods: 0, x: 0, y: 0 } });
    refused("input", { seq: 1, pane: 1, event: { kind: "key", key: { name: "a", mods: 0 }, event: 4 } });
    refused("ack", { bytes: -1 });
  });

  test("of texts are 64 KiB of input, and less where less is needed", () => {
    checkBody("input", { seq: 1, pane: 1, event: { kind: "text", text: "x".repeat(65_536) } });
    refused("input", { seq: 1, pane: 1, event: { kind: "text", text: "x".repeat(65_537) } });
    refused("input", { seq: 1, pane: 1, event: { kind: "key", key: { name: "x".repeat(33), mods: 0 } } });
    refused("clientHello", { ...SAMPLES.clientHello[0], name: "x".repeat(257) });
    refused("command", { seq: 1, name: "x".repeat(65), args: {} });
    refused("event", { kind: "x".repeat(33) });
  });
});

describe("kinds", () => {
  test("of input that do not exist are refused, also those that every object seems to have", () => {
    for (const kind of [
      "constructor", "toString", "__proto__", "hasOwnProperty", "valueOf", "", "Key", "resize", 5, null,
    ]) {
      expect(codeThrownBy(() => checkBody("input", { seq: 1, pane: 1, event: { kind } }))).toBe("protocol");
    }
  });

  test("of events that do not exist yet are accepted, for a newer daemon's sake", () => {
    for (const kind of ["ofTomorrow", "constructor", "__proto__"]) checkBody("event", { kind, anything: 1 });
  });

  test("of clients are known", () => {
    for (const kind of ["gui", "", "constructor"])
      expect(codeThrownBy(() => checkBody("clientHello", { ...SAMPLES.clientHello[0], kind }))).toBe("protocol");
  });
});

test("the samples have every kind of input and event", () => {
  expect(new Set(INPUT_EVENTS.map((e) => e.kind)).size).toBe(5);
  expect(new Set(SERVER_EVENTS.map((e) => e.kind)).size).toBe(9);
});
