import { describe, expect, test } from "bun:test";
import { registryTools } from "../../../src/mcp/tools.ts";

const tools = registryTools(async () => ({ structured: {} }));

describe("every tool", () => {
  test("has a name of its own, of lower-case words", () => {
    const names = tools.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i || !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
  });

  test("has a description of whole sentences, and one for each argument", () => {
    expect(tools.filter(({ description }) => !/^[A-Z].*[.]$/.test(description) || description.length > 600).map(({ name }) => name)).toEqual([]);
    const bare = tools.flatMap(({ name, input }) => Object.entries(input.properties ?? {})
      .filter(([, { description }]) => !description?.endsWith(".")).map(([field]) => `${name} ${field}`));
    expect(bare).toEqual([]);
  });

  test("requires only arguments that it has, and takes no others", () => {
    const bad = tools.filter(({ input }) => input.additionalProperties !== false || input.required?.some((name) => !(name in input.properties!)));
    expect(bad.map(({ name }) => name)).toEqual([]);
  });

  test("says what it gives", () => {
    const silent = tools.filter(({ output }) => Object.keys(output.properties ?? {}).length < 2).map(({ name }) => name);
    expect(silent).toEqual(["show_message"]);
  });
});
