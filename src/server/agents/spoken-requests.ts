/**
 * What agents ask for in their own words, where a preset turns that on. Agents draw the same text again and again, and a
 * daemon that takes over sees it once more: what has an id is done once, and the ids are in the journal with the pane.
 */
import { spokenLines } from "../../agents/live-text.ts";
import { spokenIn, type SpokenSpawn } from "../../agents/spoken.ts";
import type { AgentTracker } from "../../agents/tracker.ts";
import { printable } from "../../base/names.ts";
import type { Daemon } from "../daemon.ts";
import type { Pane } from "../panes/pane.ts";

/** A request has to stand on the screen unchanged for so long: not one that is still being written or scrolls by. */
const STEADY_MS = 300;
/** Ids that a pane may use in its life. None is forgotten: what is drawn again would be done again. */
export const MOST_IDS = 200;
/** Texts of a pane that were dealt with; of more the oldest are forgotten, and at worst told of once more. */
const MOST_SETTLED = 500;
const LONGEST_SHOWN = 160;

interface Heard {
  /** Since when what is on the screen stands there, by its text. */
  steady: ReadonlyMap<string, number>;
  /** Texts that were done, or of which it was told why they are not. */
  readonly settled: Set<string>;
  /** Ids that were used before: with which text nobody knows any more. */
  readonly earlier: ReadonlySet<string>;
}

export class SpokenRequests {
  private readonly heard = new Map<Pane, Heard>();

  constructor(private readonly daemon: Daemon) {}

  /** Looks for requests on a pane's screen. @returns milliseconds until it has to be looked at again */
  look(pane: Pane, tracker: AgentTracker): number | undefined {
    const output = tracker.rules?.output;
    if (!output || !this.daemon.sideband.hearsText(pane.id)) return void this.heard.delete(pane);
    const heard = this.heard.get(pane) ?? { steady: new Map(), settled: new Set(), earlier: new Set(this.idsOf(pane)) };
    this.heard.set(pane, heard);
    const now = this.daemon.clock.now();
    const steady = new Map<string, number>();
    let wait: number | undefined;
    for (const spoken of spokenIn(spokenLines(pane.emulator), output)) {
      if (heard.settled.has(spoken.text)) continue;
      const since = heard.steady.get(spoken.text) ?? now;
      steady.set(spoken.text, since);
      // what stands there before the first turn is of a conversation that goes on
      if (tracker.turns === 0) this.pass(pane, heard, spoken);
      else if (now - since < STEADY_MS) wait = Math.min(wait ?? Infinity, since + STEADY_MS - now);
      else this.take(pane, heard, spoken);
    }
    heard.steady = steady;
    return wait;
  }

  paneGone(pane: Pane): void {
    this.heard.delete(pane);
  }

  private idsOf(pane: Pane): readonly string[] {
    return this.daemon.model.panes.get(pane.id)?.spokenIds ?? [];
  }

  /** An id is used from here on, also for daemons to come. @returns whether it could be: it is new, and there is room */
  private use(pane: Pane, id: string): boolean {
    const state = this.daemon.model.panes.get(pane.id);
    const ids = this.idsOf(pane);
    if (!state || ids.includes(id) || ids.length >= MOST_IDS) return false;
    state.spokenIds = [...ids, id];
    this.daemon.model.touch();
    return true;
  }

  private pass(pane: Pane, heard: Heard, { text, id }: SpokenSpawn): void {
    settle(heard, text);
    if (id !== undefined) this.use(pane, id);
  }

  private take(pane: Pane, heard: Heard, { text, id, request, problem }: SpokenSpawn): void {
    settle(heard, text);
    const refuse = (why: string) => this.refuse(pane, text, why);
    const isUsed = id !== undefined && this.idsOf(pane).includes(id);
    // one that was done, and is drawn now in a pane too narrow for it
    if (isUsed && (!request || heard.earlier.has(id))) return;
    if (!request || id === undefined) return refuse(problem ?? "it is not understood");
    // in the journal before it is done: a daemon that dies in between leaves it undone at worst
    if (this.use(pane, id)) return this.daemon.sideband.spoken(pane, request, (why) => this.tell(pane, text, why));
    refuse(isUsed ? `the id ${id} was used before` : `its pane has asked ${MOST_IDS} times already`);
  }

  private refuse(pane: Pane, text: string, why: string): void {
    this.daemon.audit.info("sideband text", { pane: `%${pane.id}`, outcome: printable(why, LONGEST_SHOWN) });
    this.tell(pane, text, why);
  }

  private tell(pane: Pane, text: string, why: string): void {
    this.daemon.effects.notice(pane, `not done: ${why}`, printable(text, LONGEST_SHOWN));
  }
}

function settle({ settled }: Heard, text: string): void {
  if (settled.size >= MOST_SETTLED) settled.delete(settled.values().next().value!);
  settled.add(text);
}
