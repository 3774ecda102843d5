/** Wiring only: which role this process plays, and the loading of no more than that role needs. */

/** First argument of the processes that fugue starts itself. Users never type them. */
const ROLES: Record<string, () => Promise<number>> = {
  "--role=keeper": lasting(async () => (await import("./roles/keeper.ts")).keeperProcess()),
  "--role=daemon": lasting(async () => (await import("./server/main.ts")).runDaemon()),
  "--role=tunnel": lasting(async () => (await import("./roles/tunnel.ts")).tunnelProcess()),
  "--role=askpass": async () => (await import("./tunnel/ssh/askpass.ts")).askpassRole(process.argv.slice(3), process.env),
};

/** What runs in it runs again and again: worth compiling, once it has started. */
function lasting(run: () => Promise<number>): () => Promise<number> {
  return async () => {
    const [{ compileSoonAfterStart }, { systemClock }] = await Promise.all([import("./base/engine.ts"), import("./base/clock.ts")]);
    compileSoonAfterStart(systemClock);
    return run();
  };
}

const role = ROLES[process.argv[2] ?? ""];
const status = role ? await role() : await (await import("./roles/command-line.ts")).commandLine(process.argv.slice(2));
process.exit(status);

export {};
