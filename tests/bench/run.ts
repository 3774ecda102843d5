/** Runs cases one after the other, and leaves nothing behind: no process, no folder, also when interrupted. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { agents } from "./cases/agents.ts";
import { agentsMcp } from "./cases/agents-mcp.ts";
import { agentsPrompts } from "./cases/agents-prompts.ts";
import { attaching } from "./cases/attach.ts";
import { echo } from "./cases/echo.ts";
import { interruption } from "./cases/interrupt.ts";
import { many } from "./cases/many.ts";
import { memory } from "./cases/memory.ts";
import { remoteAttaching } from "./cases/remote-attach.ts";
import { remoteCuts } from "./cases/remote-cuts.ts";
import { remoteInterruption } from "./cases/remote-interrupt.ts";
import { remoteLatency } from "./cases/remote-latency.ts";
import { remoteLeftovers } from "./cases/remote-leftovers.ts";
import { screens } from "./cases/screens.ts";
import { durability } from "./cases/durability.ts";
import { durabilityCost } from "./cases/durability-cost.ts";
import { startup } from "./cases/startup.ts";
import { tree } from "./cases/tree.ts";
import { throughput } from "./cases/throughput.ts";
import { BareSubject } from "./subjects/bare.ts";
import { FugueSubject } from "./subjects/fugue.ts";
import { ScreenSubject } from "./subjects/screen.ts";
import type { Subject } from "./subjects/subject.ts";
import { TmuxSubject } from "./subjects/tmux.ts";
import type { Case } from "./support/bench.ts";
import { Cleanup } from "./support/cleanup.ts";
import { machineFacts, type Machine } from "./support/machine.ts";
import type { Row } from "./support/result.ts";

/** All cases, in the order in which they run. */
export const CASES: readonly Case[] = [
  throughput, echo, interruption, attaching, startup, memory, screens, agents, agentsPrompts, durability, durabilityCost, agentsMcp,
  remoteAttaching, remoteLatency, remoteInterruption, remoteCuts, remoteLeftovers, many, tree,
];

export interface BenchOptions {
  /** The executable to be measured. */
  readonly executable: string;
  /** Names of cases, or parts of them; none: all. */
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly prompts?: number;
  say(text: string): void;
}

export interface BenchResult {
  readonly rows: Row[];
  readonly machine: Machine;
}

/** Runs the cases that are named. `cleanup` ends what is running, whenever it is called. */
export async function runBench(options: BenchOptions, cleanup: Cleanup): Promise<BenchResult> {
  const all: Subject[] = [new FugueSubject(options.executable), new TmuxSubject(), new ScreenSubject(), new BareSubject()];
  const subjects = all.filter((subject) => {
    const reason = subject.missing();
    if (reason !== undefined) options.say(`${subject.name} is left out: ${reason}`);
    return reason === undefined;
  });
  const machine = machineFacts(subjects);
  const root = mkdtempSync(join(tmpdir(), "fgb-"));
  cleanup.own(root, () => rmSync(root, { recursive: true, force: true }));
  const rows: Row[] = [];
  const chosen = CASES.filter(({ name }) => options.names.length === 0 || options.names.some((part) => name.includes(part)));
  for (const [index, each] of chosen.entries()) {
    const began = systemClock.now();
    const own = new Cleanup();
    cleanup.own(own, () => own.close());
    const say = (text: string) => options.say(`${each.name}: ${text}`);
    say("begins");
    try {
      rows.push(...(await each.run({ folder: join(root, `${index}`), subjects, cleanup: own, quick: options.quick, prompts: options.prompts, say })));
    } catch (error) {
      say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    await own.close();
    rmSync(join(root, `${index}`), { recursive: true, force: true });
    say(`took ${Math.round((systemClock.now() - began) / 1000)} s`);
  }
  return { rows, machine };
}
