/** A pane's log against a list of everything that was ever in it. */
import { expect, test } from "bun:test";
import { seededRandom } from "../../../src/base/random.ts";
import { PaneLog } from "../../../src/keeper/pane-log.ts";
import { FROM_KEEPER, sizePayload } from "../../../src/keeper/protocol.ts";

const SEED = 20261121;

/** One entry a position: a byte of output, or a whole record. */
type Entry = number | { type: number; payload: Uint8Array };

function entriesFrom(log: PaneLog, position: number): Entry[] {
  const entries: Entry[] = [];
  for (let record = log.at(position); record !== undefined; record = log.at(position)) {
    expect(record.offset).toBe(position);
    if (record.type === FROM_KEEPER.output) entries.push(...record.payload);
    else entries.push({ type: record.type, payload: record.payload });
    position = record.offset + (record.type === FROM_KEEPER.output ? record.payload.length : 1);
  }
  return entries;
}

test(`what was put in is found at its position, from any position on, whatever was forgotten before (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  for (let round = 0; round < 200; round++) {
    const first = random.integer(1000);
    const log = new PaneLog(first);
    const all: Entry[] = [];
    for (let step = 0; step < 40; step++) {
      const what = random.integer(10);
      if (what < 7) {
        const payload = Uint8Array.from({ length: 1 + random.integer(700) }, () => random.integer(256));
        log.append(FROM_KEEPER.output, payload);
        all.push(...payload);
      } else if (what < 9) {
        const payload = sizePayload(1 + random.integer(300), 1 + random.integer(100));
        log.append(FROM_KEEPER.resized, payload);
        all.push({ type: FROM_KEEPER.resized, payload });
      } else log.dropBefore(log.start + random.integer(log.size + 1));
      expect(log.end).toBe(first + all.length);
      expect(log.size).toBe(log.end - log.start);
      const from = log.start + random.integer(log.size + 1);
      expect(entriesFrom(log, from)).toEqual(all.slice(from - first));
    }
    expect(entriesFrom(log, log.start)).toEqual(all.slice(log.start - first));
    log.clear();
    expect([log.size, log.end, [...log]]).toEqual([0, first + all.length, []]);
  }
});
