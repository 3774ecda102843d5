/** A simulated machine: a keeper that outlives its daemons, and one real daemon after the other. */
import { mkdirSync } from "node:fs";
import { LogRoot } from "../../../src/base/log.ts";
import type { Random } from "../../../src/base/random.ts";
import { ClientConnection } from "../../../src/server/connections/client-connection.ts";
import { Daemon } from "../../../src/server/daemon.ts";
import type { ServerSettings } from "../../../src/server/settings.ts";
import type { Duplex } from "../../../src/transport/duplex.ts";
import { FakeKeeper } from "../fake-keeper.ts";
import { tempHome } from "../temp-folder.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import { ProcessClock } from "./process-clock.ts";
import { Wire } from "./wire.ts";

/** Between a daemon and its keeper on one machine, milliseconds. */
const KEEPER_DELAY_MS = 0.2;

export class Machine {
  readonly keeper: FakeKeeper;
  private readonly home = tempHome();
  daemon: Daemon | undefined;
  clock: ProcessClock;
  /** What daemons logged as errors. */
  readonly errors: string[] = [];
  kills = 0;
  private keeperWire!: Wire;
  private wires: Wire[] = [];
  private starting: Promise<void> | undefined;

  /** @param id identity of the server */
  constructor(readonly name: string, readonly id: string, private readonly time: VirtualClock, random: Random, private readonly settings: ServerSettings) {
    this.clock = new ProcessClock(time);
    this.keeper = new FakeKeeper(() => {
      this.keeperWire = new Wire(`${name}:keeper`, time, random, KEEPER_DELAY_MS);
      return [this.keeperWire.near, this.keeperWire.far];
    });
    // programs echo what is typed, as a terminal does
    this.keeper.wrote = (pane, text) => this.keeper.print(pane.id, text.replaceAll("\r", "\r\n"));
    mkdirSync(this.home.paths.state, { recursive: true });
  }

  /** Starts a daemon, which takes over what the keeper holds. */
  boot(): Promise<void> {
    return (this.starting ??= this.start().finally(() => (this.starting = undefined)));
  }

  private async start(): Promise<void> {
    const clock = (this.clock = new ProcessClock(this.time));
    const { link, welcome } = await this.keeper.connect();
    const log = new LogRoot(clock, (line) => line.includes('"level":"error"') && this.errors.push(line), "error").scope("daemon");
    const daemon = new Daemon(
      this.home.paths, clock, log, link, welcome, () => this.settings, { HOME: "/", PATH: "/bin", SHELL: "/bin/sh", HOSTNAME: this.name }, this.id,
    );
    // clients come while panes are still being taken over
    void daemon.adopt();
    this.daemon = daemon;
  }

  get isUp(): boolean {
    return this.daemon !== undefined;
  }

  /** SIGKILL: the daemon's memory and timers are gone; of what it wrote some arrives. */
  kill(): void {
    this.kills++;
    this.daemon = undefined;
    this.clock.kill();
    this.keeperWire.kill("near");
    for (const wire of this.wires.splice(0)) wire.kill("far");
  }

  /** A connection to the daemon, over a wire. @throws Error if none runs */
  accept(wire: Wire): Duplex {
    const { daemon } = this;
    if (!daemon) throw new Error(`${this.name} refuses connections`);
    this.wires = this.wires.filter((each) => each.isOpen);
    this.wires.push(wire);
    daemon.clients.add(new ClientConnection(daemon, wire.far));
    return wire.near;
  }

  dispose(): void {
    this.daemon?.dispose();
    this.keeper.die();
    this.home[Symbol.dispose]();
  }
}
