/** A pane's history on disk: as of any position that somebody may come back to, and nothing that was purged. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HistoryFile, type HistoryPlace } from "../../../../src/server/persistence/history-file.ts";
import { Emulator } from "../../../../src/terminal/emulator.ts";
import { History } from "../../../../src/terminal/history/history.ts";
import { lineText } from "../../../../src/terminal/history/line-text.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

/** A place of which a test says what it admits, and sees what it was told. */
class Place implements HistoryPlace {
  bytes = 0;
  room = Infinity;
  readonly told: string[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  admits = (bytes: number) => this.bytes + bytes <= this.room;
  refused = () => {};
  grew = (bytes: number) => void (this.bytes += bytes);
  failed = (reason: string) => void this.told.push(`failed: ${reason}`);
  damaged = (path: string, newer: boolean) => void this.told.push(`${newer ? "newer" : "damaged"}: ${path.split("/").at(-1)}`);
  roomToHold = () => 1 << 20;
  hold = (key: string, bytes: Uint8Array) => void (bytes.length > 0 ? this.blobs.set(key, bytes) : this.blobs.delete(key));
  held = (key: string) => this.blobs.get(key);
}

const clock = new VirtualClock();

/** A history that is fed with lines. */
function printer(history = new History(clock, () => false, { maxLines: 2000 })) {
  let next = history.endLine;
  const emulator = new Emulator({ cols: 80, rows: 2, scrollback: 0 }, {
    reply() {}, effect() {}, scrollbackCleared() {}, synchronizedEnd() {}, lineTrimmed: (line) => history.append(line, 80, () => undefined),
  });
  const print = (count: number, text = "") => {
    for (let n = 0; n < count; n++) emulator.parse(new TextEncoder().encode(`${text}${next++} ${"x".repeat(60)} ${Math.imul(next, 2654435761) >>> 0}\r\n`));
  };
  return { history, print };
}

const words = (history: History) => history.lines(0, 1e6, { maxLines: 1e6, maxBytes: 1e9 }).map((line) => lineText(line.bytes).split(" ")[0]!).filter(Boolean);

function fileIn(folder: string, place: Place): HistoryFile {
  return new HistoryFile(join(folder, "1.history"), "history:1", place, () => true);
}

/** A file with the history of so many lines, saved as of a position. */
function saved(folder: string, position: number, lines: number, text?: string) {
  const place = new Place();
  const file = fileIn(folder, place);
  const { history, print } = printer();
  file.renew();
  print(lines, text);
  file.save(history, position);
  return { place, file, history, print };
}

describe("a history that was written anew", () => {
  test("is still there for a screen that was saved before", () => {
    using folder = tempFolder();
    const { file, history, print } = saved(folder.path, 100, 500);
    const before = words(history);
    file.screenSaved(100);
    // compaction, several times, with no screen saved between
    for (let position = 200; readdirSync(folder.path).length < 2 || position < 60_000; position += 100) {
      print(500);
      file.save(history, position);
      file.prepare(history, position)?.();
    }
    expect(readdirSync(folder.path).sort()).toEqual(["1.history", "1.history.old"]);
    const next = new Place();
    const found = History.restore(fileIn(folder.path, next).load(100), clock, () => false, { maxLines: 2000 });
    expect(words(found)).toEqual(before);
    expect(next.told).toEqual([]);
    expect(readdirSync(folder.path)).toEqual(["1.history"]);
    expect(next.bytes).toBe(statSync(join(folder.path, "1.history")).size);
  });

  test("needs the one before no more once a newer screen is saved", () => {
    using folder = tempFolder();
    const place = new Place();
    const file = fileIn(folder.path, place);
    const { history, print } = printer();
    file.renew();
    let position = 0;
    while (!readdirSync(folder.path).includes("1.history.old")) {
      print(500);
      file.save(history, ++position);
      file.prepare(history, position)?.();
    }
    file.screenSaved(position - 1);
    expect(readdirSync(folder.path)).toContain("1.history.old");
    file.screenSaved(position);
    expect(readdirSync(folder.path)).toEqual(["1.history"]);
    expect(place.bytes).toBe(statSync(join(folder.path, "1.history")).size);
  });
});

test("what was purged never goes to the disk again, also when the file is written anew", () => {
  using folder = tempFolder();
  const { place, file, history, print } = saved(folder.path, 1, 1500, "secret");
  file.purge(history);
  expect(readdirSync(folder.path)).toEqual([]);
  for (let position = 2; position < 200; position++) {
    print(200);
    file.save(history, position);
    file.prepare(history, position)?.();
  }
  const found = History.restore(fileIn(folder.path, new Place()).load(1e9), clock, () => false, { maxLines: 1e6 });
  // the block that was open then goes on
  expect(words(found).filter((word) => word.startsWith("secret")).length).toBeLessThan(300);
  place.room = 0;
  print(10);
  file.save(history, 300);
  place.room = Infinity;
  file.prepare(history, 300)?.();
  const again = History.restore(fileIn(folder.path, new Place()).load(1e9), clock, () => false, { maxLines: 1e6 });
  expect(words(again).filter((word) => word.startsWith("secret")).length).toBeLessThan(300);
});

test("while there is no room the keeper holds the newest, and the file is whole again afterwards", () => {
  using folder = tempFolder();
  const { place, file, history, print } = saved(folder.path, 1, 300);
  place.room = place.bytes;
  print(300);
  file.save(history, 2);
  expect(place.told).toEqual([]);
  const next = fileIn(folder.path, place);
  const restored = History.restore(next.load(2), clock, () => false);
  expect(words(restored)).toEqual(words(history));
  place.room = Infinity;
  next.save(restored, 2);
  next.prepare(restored, 2)?.();
  expect(place.blobs.size).toBe(0);
  expect(words(History.restore(fileIn(folder.path, new Place()).load(2), clock, () => false))).toEqual(words(history));
});

for (const [what, change, told] of [
  ["by a later release", (bytes: Uint8Array) => void bytes[28 + 4]!++, "newer"],
  ["with a wrong bit", (bytes: Uint8Array) => void (bytes[28 + 40]! ^= 1), "damaged"],
] as const) {
  test(`a file that was written ${what} is told of, and costs no more than the block`, () => {
    using folder = tempFolder();
    const { file, history } = saved(folder.path, 7, 3000);
    const bytes = new Uint8Array(readFileSync(file.path));
    change(bytes);
    writeFileSync(file.path, bytes);
    const place = new Place();
    const found = History.restore(fileIn(folder.path, place).load(7), clock, () => false);
    expect(place.told).toEqual([`${told}: 1.history`]);
    expect(words(found).at(-1)).toBe(words(history).at(-1)!);
    expect(words(found).length).toBeLessThan(words(history).length);
    expect(words(found).length).toBeGreaterThan(100);
  });
}

test("a file that a failing disk did not give is kept aside when the disk is well again", () => {
  using folder = tempFolder();
  const { file } = saved(folder.path, 7, 300);
  const away = `${file.path}.away`;
  renameSync(file.path, away);
  mkdirSync(file.path);
  const place = new Place();
  const next = fileIn(folder.path, place);
  expect([next.load(7), place.told]).toEqual([[], []]);
  const later = printer();
  later.print(5);
  next.save(later.history, 8);
  rmdirSync(file.path);
  renameSync(away, file.path);
  next.prepare(later.history, 8)?.();
  expect(place.told.at(-1)).toBe("damaged: 1.history");
  expect(words(History.restore(fileIn(folder.path, new Place()).load(8), clock, () => false))).toEqual(words(later.history));
  // that was all: it is not asked for again
  const told = place.told.length;
  later.print(5000);
  next.save(later.history, 9);
  expect(place.told.length).toBe(told);
});
