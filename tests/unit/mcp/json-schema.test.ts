import { describe, expect, test } from "bun:test";
import { fitFields, fitValue, type JsonSchema } from "../../../src/mcp/json-schema.ts";
import { thrownBy } from "../../support/thrown.ts";

const LIST: JsonSchema = { type: "array", items: { type: "string" } };
const SIZE: JsonSchema = { type: ["object", "string"], properties: { cols: { type: "integer" } } };
const NESTED: JsonSchema = { type: "object" };

describe("a value is made to fit", () => {
  test.each<[JsonSchema, unknown, unknown]>([
    [{ type: "integer" }, "12", 12],
    [{ type: "integer" }, 12, 12],
    [{ type: "number" }, "0.5", 0.5],
    [{ type: "boolean" }, "true", true],
    [{ type: "boolean" }, false, false],
    [{ type: "string" }, "12", "12"],
    [{ type: "string" }, 12, "12"],
    [{ type: ["number", "string"] }, "500ms", "500ms"],
    [{ type: ["number", "string"] }, "30", 30],
    [LIST, "one", ["one"]],
    [LIST, "[\"a\", \"b\"]", ["a", "b"]],
    [LIST, "[not JSON", ["[not JSON"]],
    [LIST, ["a"], ["a"]],
    [LIST, 5, ["5"]],
    [SIZE, "{\"cols\": \"90\"}", { cols: 90 }],
    [SIZE, "90x20", "90x20"],
    [NESTED, "{\"a\":[1,{\"b\":null}]}", { a: [1, { b: null }] }],
    [{ type: "object", additionalProperties: { type: "string" } }, { A: 1 }, { A: "1" }],
  ])("%j takes %j", (schema, value, fitted) => {
    expect(JSON.parse(JSON.stringify(fitValue(schema, value, "x")))).toEqual(fitted as never);
  });
});

describe("a value that can't be made to fit is refused", () => {
  test.each(([
    [{ type: "integer" }, 1.5, "'x' must be a whole number, not 1.5"],
    [{ type: "integer" }, "1e99", "not '1e99'"],
    [{ type: "integer", minimum: 0 }, -1, "a whole number of at least 0, not -1"],
    [{ type: "boolean" }, "yes", "'x' must be true or false, not 'yes'"],
    [{ type: "string" }, ["a"], "'x' must be a text, not a list"],
    [{ type: "string" }, true, "'x' must be a text, not true"],
    [{ type: "string", enum: ["tiled", "main"] }, "tield", "'x' can't be 'tield'"],
    [LIST, { 0: "a" }, "'x' must be a list, not an object"],
    [LIST, [["a"]], "'x[0]' must be a text, not a list"],
    [LIST, Array.from({ length: 20_000 }, () => "a"), "'x' must be a list"],
    [NESTED, "[1]", "'x' must be an object"],
    [NESTED, JSON.parse("{\"a\":".repeat(100) + "1" + "}".repeat(100)), "nested too deep"],
  ] as [JsonSchema, unknown, string][]).map(([schema, value, message]) => [message, schema, value] as const))("%s", (message, schema, value) => {
    const error = thrownBy(() => fitValue(schema, value, "x"));
    expect(error.message).toContain(message);
    expect(error.code).toBe("usage");
  });
});

describe("fields", () => {
  const schema: JsonSchema = {
    type: "object", additionalProperties: false, required: ["target"],
    properties: { target: { type: "string" }, lines: { type: "integer" } },
  };

  test("null and absent are the same; an unknown one is named with what was meant", () => {
    expect({ ...fitFields(schema, { target: "a", lines: null }) }).toEqual({ target: "a" });
    const error = thrownBy(() => fitFields(schema, { target: "a", line: 1 }));
    expect([error.message, error.hint]).toEqual(["there is no argument 'line'", "did you mean 'lines'?"]);
    expect(thrownBy(() => fitFields(schema, {})).message).toBe("'target' is missing");
  });

  test("names that objects have by birth are no arguments, and change nothing", () => {
    for (const text of ["{\"__proto__\":{\"target\":\"x\"}}", "{\"constructor\":1}", "{\"toString\":1}"]) {
      expect(thrownBy(() => fitFields(schema, JSON.parse(text))).message).toContain("there is no argument");
    }
    const open = fitFields({ type: "object" }, JSON.parse("{\"__proto__\":{\"polluted\":true}}"));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(open)).toEqual(["__proto__"]);
  });
});
