/** The rules against recordings of the real programs: made by scripts/record-agents.ts. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadRecording } from "../../support/agent-recording.ts";
import { replay, score } from "../../support/agent-replay.ts";

const folder = join(import.meta.dir, "../../fixtures/agents");

for (const file of readdirSync(folder).filter((name) => name.endsWith(".gz"))) {
  test(`${file}: 99 of 100 states are told right, and nothing else is told`, () => {
    const recording = loadRecording(join(folder, file));
    const found = replay(recording);
    const { transitions, missed, wrong } = score(recording, found);
    expect(transitions).toBeGreaterThan(20);
    expect({ recall: 1 - missed.length / transitions, missed: missed.slice(0, 3) }.recall).toBeGreaterThanOrEqual(0.99);
    expect(1 - wrong.length / found.length).toBeGreaterThanOrEqual(0.99);
    const asked = found.filter(({ state }) => state === "blocked").map(({ status }) => status.question);
    for (const question of asked) {
      expect(question?.text).toMatch(/\?|^Permission required /);
      expect(question!.answers.length).toBeGreaterThan(1);
    }
  });
}
