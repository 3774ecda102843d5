import { expect, test } from "bun:test";
import { abilitiesOf } from "../../../../src/client/tty/abilities.ts";

test.each([
  [
    { TERM: "xterm-256color", COLORTERM: "truecolor" }, "truecolor",
  ], [{ TERM: "xterm-256color", COLORTERM: "24bit" }, "truecolor"],
  [{ TERM: "xterm-256color" }, "256"], [
    { TERM: "xterm-kitty" }, "truecolor",
  ], [{ TERM: "xterm" }, "16"], [{ TERM: "linux" }, "16"],
  [{ TERM: "vt100" }, "none"], [{ TERM: "dumb" }, "none"], [{}, "16"], [
    { TERM: "xterm-256color", COLORTERM: "truecolor", NO_COLOR: "1" }, "none",
  ],
  [{ TERM: "xterm-256color", NO_COLOR: "" }, "256"], [{ TERM: "screen-256color" }, "256"],
] as const)("%j shows %s colours", (env, colors) => {
  expect(abilitiesOf(env, "auto").colors).toBe(colors);
});

test("the user's wish decides about true colours, but does not make more of 256 than there is", () => {
  expect(abilitiesOf({ TERM: "xterm-256color" }, "on").colors).toBe("truecolor");
  expect(abilitiesOf({ TERM: "xterm-256color", COLORTERM: "truecolor" }, "off").colors).toBe("256");
  expect(abilitiesOf({ TERM: "xterm" }, "off").colors).toBe("16");
});

test("consoles get neither links nor other underlines; updates are synchronized only once the terminal says so", () => {
  for (const TERM of ["linux", "vt220", "dumb", "screen"])
    expect(abilitiesOf({ TERM }, "auto")).toMatchObject({ underlines: false, hyperlinks: false });
  expect(abilitiesOf({ TERM: "xterm-256color" }, "auto")).toMatchObject({
    underlines: true, hyperlinks: true, synchronized: false,
  });
});
