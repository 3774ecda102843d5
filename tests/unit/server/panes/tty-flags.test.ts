import { expect } from "bun:test";
import { terminalOf } from "../../../../src/base/process-stat.ts";
import { TtyFlags } from "../../../../src/server/panes/tty-flags.ts";
import { testIf } from "../../../support/e2e-test.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { waitUntil } from "../../../support/wait-until.ts";

const noProc = process.platform === "linux" ? undefined : "the system does not tell which terminal a process has";

testIf(noProc, "a terminal's flags are those that its program set, looked at anew after a moment", async () => {
  const clock = new VirtualClock();
  let shown = "";
  const script = "stty echo icanon; echo one; read x; stty -echo; echo two; read x; stty -icanon; echo three; exec cat";
  const proc = Bun.spawn(["sh", "-c", script], { terminal: { cols: 80, rows: 24, data: (_, bytes) => void (shown += Buffer.from(bytes).toString()) } });
  try {
    const flags = new TtyFlags(proc.pid, clock);
    const seen: unknown[] = [];
    for (const word of ["one", "two", "three"]) {
      await waitUntil(word, () => shown.includes(word));
      clock.advance(30);
      seen.push(flags.read());
      proc.terminal!.write("\r");
    }
    expect(seen).toEqual([{ echo: true, canonical: true }, { echo: false, canonical: true }, { echo: false, canonical: false }]);
    expect(terminalOf(proc.pid)).toMatch(/^\/dev\/pts\/\d+$/);
    proc.kill("SIGKILL");
    await proc.exited;
    expect(flags.read()).toEqual({ echo: false, canonical: false });
    clock.advance(30);
    expect(new TtyFlags(proc.pid, clock).read()).toBeUndefined();
  } finally {
    proc.kill("SIGKILL");
    proc.terminal!.close();
  }
});

testIf(noProc, "a process without a terminal has no flags", async () => {
  const proc = Bun.spawn(["setsid", "sleep", "30"], { stdin: "ignore", stdout: "ignore" });
  try {
    await waitUntil("its session", () => terminalOf(proc.pid) === undefined);
    expect(new TtyFlags(proc.pid, new VirtualClock()).read()).toBeUndefined();
  } finally {
    proc.kill("SIGKILL");
  }
});
