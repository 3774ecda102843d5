/**
 * What a pane's program asks for while a piece of its output is parsed: answers and effects outside its screen. They
 * are counted from the pane's birth, so that a replay stays silent up to what the keeper has recorded, and leave at
 * the end of the piece: one write for all answers, one record for all effects. A program that asks ten thousand
 * questions in a piece would drown the keeper otherwise.
 */
import type { TerminalEffect } from "../../terminal/effects.ts";

/** External effects of one kind that a piece may have; of more the newest count. One bell and one copy are enough. */
const MOST_OF_A_KIND = { bell: 1, clipboardWrite: 1, clipboardRead: 4, notification: 16, sideband: 16 } as const;

type ExternalEffect = TerminalEffect & { readonly kind: keyof typeof MOST_OF_A_KIND };

/** Where answers and effects go. */
export interface EffectOutlet {
  /** Writes answers to the program and records the ordinal of the last, in one step. */
  write(ordinal: number, bytes: Uint8Array): void;
  /** Records that effects up to this ordinal are about to happen. */
  record(ordinal: number): void;
  effect(effect: TerminalEffect): void;
}

function isExternal(effect: TerminalEffect): effect is ExternalEffect {
  return Object.hasOwn(MOST_OF_A_KIND, effect.kind);
}

export class PaneEffects {
  /** Answers and external effects since the pane's birth. */
  ordinal = 0;
  private answers: Uint8Array[] = [];
  private answered = 0;
  private external: ExternalEffect[] = [];
  private recorded = 0;

  /** @param silentUntil largest ordinal that was carried out before a restart */
  constructor(private readonly silentUntil: number, private readonly outlet: EffectOutlet) {}

  /** An answer; an empty one counts and is not written. */
  reply(bytes: Uint8Array): void {
    if (++this.ordinal <= this.silentUntil) return;
    this.answered = this.ordinal;
    // the emulator may use its buffer again
    this.answers.push(bytes.slice());
  }

  effect(effect: TerminalEffect): void {
    // titles and the like are state: they are set again by a replay without harm, and are not counted
    if (!isExternal(effect)) return this.outlet.effect(effect);
    if (++this.ordinal <= this.silentUntil) return;
    this.recorded = this.ordinal;
    const same = this.external.filter(({ kind }) => kind === effect.kind);
    if (same.length >= MOST_OF_A_KIND[effect.kind]) this.external.splice(this.external.indexOf(same[0]!), 1);
    this.external.push(effect);
  }

  /** The piece has ended: everything leaves. */
  settle(): void {
    const { answers, external } = this;
    if (answers.length > 0) {
      this.answers = [];
      this.outlet.write(this.answered, answers.length === 1 ? answers[0]! : Buffer.concat(answers));
    }
    if (external.length > 0) {
      this.external = [];
      this.outlet.record(this.recorded);
      for (const effect of external) this.outlet.effect(effect);
    }
  }
}
