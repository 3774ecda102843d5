/**
 * Disconnects, kills and reconnects at random, on a virtual clock. FUGUE_SIM_SEED repeats one run; FUGUE_SIM_TROUBLES says how
 * much trouble each seed meets: the long run is `npm run sim`.
 */
import { expect, test } from "bun:test";
import { Simulation, type SimulationOptions } from "../support/sim/simulation.ts";

const seeds = process.env.FUGUE_SIM_SEED ? [Number(process.env.FUGUE_SIM_SEED)] : [1, 2, 3];
const troubles = Number(process.env.FUGUE_SIM_TROUBLES ?? 100);

async function simulate(options: SimulationOptions, amount: number): Promise<Simulation> {
  console.log(`seed ${options.seed}: FUGUE_SIM_SEED=${options.seed} repeats it`);
  const simulation = new Simulation(options);
  await simulation.start();
  await simulation.suffer(amount);
  await simulation.heal();
  simulation.check();
  await simulation.end();
  return simulation;
}

for (const seed of seeds) {
  test(`${troubles} random disconnects, kills and reconnects lose and double nothing (seed ${seed})`, async () => {
    const simulation = await simulate({
      seed, machines: 3, people: 3, slowest: 40, troubles: ["cut", "cut", "cut", "stall", "vanish", "kill", "kill", "refuse", "swap"],
    }, troubles);
    expect(simulation.troubles).toBe(troubles);
  }, 600_000);
}

test("200 random cuts of one line lose and double no input, and screens are equal", async () => {
  await simulate({ seed: seeds[0]!, machines: 1, people: 1, slowest: 50, troubles: ["cut"] }, process.env.FUGUE_SIM_TROUBLES ? 200 : 60);
}, 600_000);
