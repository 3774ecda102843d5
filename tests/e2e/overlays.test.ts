/** What comes up over the panes: the `:` prompt, help, session tree, numbers, clock, messages, buffers, clients. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelled, labelledPanes, waitForPlaces } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";

test("the prompt runs our names and tmux's, completes, and remembers", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix(":split-window -h\r");
  await terminal.waitUntil(
    "a shell on the right", () => terminal.row(0).slice(40, 42) === "│$" || terminal.row(0).slice(40, 43) === "│$ ",
  );
  terminal.prefix(":resize-pane -L 10\r");
  await terminal.waitUntil("the border further left", () => terminal.row(0)[30] === "│");
  terminal.prefix(":selectp -L\r");
  await expectFocus(terminal, "AAA", "left");
  terminal.prefix(":rename-window via-tmux\r");
  await terminal.waitForBar("0:via-tmux*");
  terminal.prefix(":window ren\t");
  await terminal.waitForBar(":window rename");
  terminal.write("ours\r");
  await terminal.waitForBar("0:ours*");
  terminal.prefix(":");
  await terminal.waitForBar(/^:$/);
  terminal.write("\x1b[A");
  await terminal.waitForBar(":window rename ours");
  terminal.write("\x1b[A");
  await terminal.waitForBar(":rename-window via-tmux");
  terminal.write("\r");
  await terminal.waitForBar("0:via-tmux*");
});

test("the prompt says what is wrong and what was meant", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix(":display-message '#S/#{window_name} in #{pane_id}'\r");
  await terminal.waitForBar(/^work\/\S+ in %\d+/);
  terminal.prefix(":display '#{frob}'\r");
  await terminal.waitForBar(/unknown variable "frob"/);
  terminal.prefix(":splt\r");
  await terminal.waitForBar(/did you mean 'split'/);
  terminal.prefix(":lock-server\r");
  await terminal.waitForBar("fugue does not lock terminals");
  terminal.prefix(":kill nobody\r");
  await terminal.waitForBar(/no session 'nobody'/);
  terminal.prefix("~");
  await terminal.waitUntil(
    "all three in the list of messages",
    () => terminal.shows("splt") && terminal.shows("does not lock") && terminal.shows("nobody"),
  );
  terminal.write("q");
  await expectFocus(terminal, "AAA", "goes-on");
});

test("a command at the prompt that waits does not stop the typing", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix(":wait . --text go-on-now --timeout 30s\r");
  await expectFocus(terminal, "AAA", "typed-meanwhile");
  terminal.write("go-on-now\r");
  await terminal.waitForBar("go-on-now");
});

test("help lists the keys over live panes, filters them and closes", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix("?");
  await terminal.waitFor("Create a window");
  terminal.write("/swap");
  await terminal.waitUntil(
    "only keys that swap", () => !terminal.shows("Create a window") && terminal.shows("pane swap --up"),
  );
  terminal.write("\x1b");
  await terminal.waitFor("Create a window");
  terminal.write("q");
  await terminal.waitUntil("the pane again", () => !terminal.shows("┌─ keys"));
});

test("the session tree opens over live panes, shows the pane chosen, and goes there with Enter", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "other", "-d", "--", ...labelled("OTHER"));
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix("s");
  await terminal.waitUntil(
    "both sessions",
    () => terminal.shows("sessions (2)") && terminal.shows(/other +1 window/) && terminal.shows(/work +1 window/),
  );
  // the panel begins in column 2: the pane's first columns are to be seen beside it
  await home.fugue("send", "work", "--enter", "ab");
  await terminal.waitUntil("the echo beside the panel", () => terminal.row(1).startsWith("ab"));
  terminal.write("/other");
  await terminal.waitFor("─ other/0.0 cat ─");
  terminal.write("\r\r");
  await terminal.waitUntil("the other session", () => terminal.bar.startsWith("[other]") && terminal.shows("OTHER"));
});

test("q shows the numbers of the panes, and a number goes there", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB", "CCC"]);
  terminal.prefix("q");
  await terminal.waitUntil("sizes in the panes", () => terminal.shows(/40x23|19x23/));
  terminal.write("0");
  await expectFocus(terminal, "AAA", "first");
});

test("t shows a clock over the pane until a key", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.prefix("t");
  await terminal.waitUntil(
    "coloured blocks over the right pane", () => !terminal.find("BBB") && terminal.find("AAA") !== undefined,
  );
  terminal.write("x");
  await waitForPlaces(terminal, { AAA: { x: 0, y: 0 }, BBB: { x: 41, y: 0 } });
});

test("buffers are listed, chosen and pasted", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix("#");
  await terminal.waitForBar("buffer ls: there is none");
  await home.fugue("buffer", "set", "older-text");
  await home.fugue("buffer", "set", "newer-text");
  terminal.prefix("=");
  await terminal.waitUntil("both buffers", () => terminal.shows("older-text") && terminal.shows("newer-text"));
  terminal.write("j\r\r");
  await terminal.waitUntil(
    "the older one typed", () => terminal.find("older-text")?.x === 0 && terminal.find("older-text")?.y === 1,
  );
  terminal.prefix("]\r");
  await terminal.waitUntil("the newest pasted", () => terminal.find("newer-text")?.x === 0);
});

test("D lists the clients and detaches one", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  const other = home.tui(["attach", "work"]);
  await other.waitFor("AAA");
  terminal.prefix("D");
  await terminal.waitFor("clients (2)");
  const { clients } = await home.json("clients");
  expect(clients).toHaveLength(2);
  const order = [...terminal.screen().matchAll(/\b(\d+)x(\d+)\b/g)].length;
  expect(order).toBeGreaterThanOrEqual(2);
  terminal.write("q");
  await home.fugue("detach", "--client", String(clients.find((c: { pid: number }) => c.pid === other.process.pid).id));
  expect(await other.ended()).toBe(0);
  expect(other.screen()).toContain("detached");
  await expectFocus(terminal, "AAA", "stays");
});

test("popups follow a change of the terminal's size, down to a tiny one", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix("s");
  await terminal.waitFor("sessions (1)");
  terminal.resize(40, 10);
  await terminal.waitUntil(
    "a smaller tree", () => terminal.row(0).startsWith("┌─ sessions (1)") && terminal.bar.startsWith("└"),
  );
  terminal.resize(3, 2);
  terminal.resize(80, 24);
  await terminal.waitUntil("the tree again", () => terminal.shows("sessions (1)") && terminal.shows(/work +1 window/));
  terminal.write("q");
  await expectFocus(terminal, "AAA", "fine");
});

test("w chooses a window from the tree", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  await home.fugue("window", "new", "work", "-n", "logs", "--", ...labelled("BBB"));
  terminal.prefix("w");
  await terminal.waitFor(/1: ?logs/);
  terminal.write("/logs");
  await terminal.waitFor("sessions (logs)");
  terminal.write("\r\r");
  await terminal.waitForBar("1:logs*");
});
