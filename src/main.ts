/** Wiring only: which role this process plays, and the loading of no more than that role needs. */
import { systemClock } from "./base/clock.ts";
import { compileSoonAfterStart } from "./base/engine.ts";

/** First argument of the processes that fugue starts itself. Users never type them. */
const ROLES: Record<string, () => Promise<number>> = {
  "--role=keeper": async () => (await import("./roles/keeper.ts")).keeperProcess(),
  "--role=daemon": async () => (await import("./server/main.ts")).runDaemon(),
  "--role=tunnel": async () => (await import("./roles/tunnel.ts")).tunnelProcess(),
  "--role=askpass": async () => (await import("./tunnel/ssh/askpass.ts")).askpassRole(process.argv.slice(3), process.env),
};

// what a start runs, it runs once; what follows in a process that lasts runs again and again
compileSoonAfterStart(systemClock);
const role = ROLES[process.argv[2] ?? ""];
const status = role ? await role() : await (await import("./roles/command-line.ts")).commandLine(process.argv.slice(2));
process.exit(status);
