/**
 * Several machines and several clients on one virtual clock, between which connections are cut, stalled and half closed
 * and daemons are killed at random. Everything random comes from one seed, so a run can be repeated.
 */
import { expect } from "bun:test";
import { seededRandom, type Random } from "../../../src/base/random.ts";
import type { ServerLink } from "../../../src/client/connection/server-link.ts";
import { LinkTable } from "../../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../../src/client/mirror/pane-mirror.ts";
import type { ServerDoor } from "../../../src/client/tui/servers.ts";
import type { Pane } from "../../../src/server/panes/pane.ts";
import { ScreenShadow } from "../../../src/terminal/frame.ts";
import { SETTINGS } from "../daemon-rig.ts";
import { settle, VirtualClock } from "../virtual-clock.ts";
import { Machine } from "./machine.ts";
import { Person } from "./person.ts";
import { Wire } from "./wire.ts";

export interface SimulationOptions {
  readonly seed: number;
  readonly machines: number;
  readonly people: number;
  /** Slowest way of a piece of bytes to the other end, milliseconds. */
  readonly slowest: number;
  /** What may happen to connections and daemons. */
  readonly troubles: readonly Trouble[];
}

export type Trouble = "cut" | "stall" | "vanish" | "kill" | "refuse" | "swap";
/** The work pane of every machine: the first pane that it has. */
const WORK = 1;
/** With the heartbeat a dead line is noticed within 5 s, and the longest pause between two attempts is 12.5 s. */
const HEALING_MS = 40_000;

export class Simulation {
  readonly time = new VirtualClock();
  readonly random: Random;
  readonly machines: Machine[] = [];
  readonly people: Person[] = [];
  /** Cuts, kills, stalls and the like so far. */
  troubles = 0;
  private wires: { readonly wire: Wire; readonly person: number; readonly server: string }[] = [];
  /** Which machine is behind an address: the wrong one for a while. */
  private readonly behind = new Map<string, Machine>();
  private readonly refusing = new Set<string>();

  constructor(private readonly options: SimulationOptions) {
    this.random = seededRandom(options.seed);
    for (let n = 0; n < options.machines; n++) {
      const name = `m${n}`;
      const machine = new Machine(name, String(n).repeat(32), this.time, this.random, { ...SETTINGS, restore: "off", persistHistory: false });
      this.machines.push(machine);
      this.behind.set(name, machine);
    }
  }

  async start(): Promise<void> {
    for (const machine of this.machines) {
      await this.run(machine.boot());
      const link = new Person("setup", 9000, [this.door(machine.name, -1)], this.time, this.random).servers.front;
      await this.run(link.open());
      await this.run(link.command("new", { name: "work", detached: true, command: ["sh"], size: { cols: 60, rows: 12 } }));
      link.end();
    }
    for (let n = 0; n < this.options.people; n++) {
      const doors = this.machines.map(({ name }) => this.door(name, n));
      const person = new Person(String.fromCharCode(97 + n), 1000 + n, [...doors.slice(n % doors.length), ...doors.slice(0, n % doors.length)], this.time, this.random);
      this.people.push(person);
      await this.run(person.start());
    }
    await this.pass(500);
  }

  private door(name: string, person: number): ServerDoor {
    const dial = async () => {
      if (this.refusing.has(name)) throw new Error(`${name} is not reached`);
      const wire = new Wire(`${person}:${name}`, this.time, this.random, this.options.slowest);
      const duplex = this.behind.get(name)!.accept(wire);
      this.wires = this.wires.filter((each) => each.wire.isOpen);
      this.wires.push({ wire, person, server: name });
      return { duplex };
    };
    return { name, dial };
  }

  /** Time passes until a promise is settled. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    const over = promise.finally(() => (done = true));
    over.catch(() => {});
    for (let n = 0; n < 10_000 && !done; n++) await this.pass(1);
    if (!done) throw new Error("this never ends");
    return over;
  }

  /** Time passes. After each timer everything runs that waits for promises, also commands that load lazily. */
  async pass(ms: number): Promise<void> {
    const end = this.time.now() + ms;
    for (;;) {
      await this.breathe();
      const next = this.time.untilNext;
      if (next === undefined || this.time.now() + next > end) break;
      this.time.advance(next);
    }
    if (end > this.time.now()) this.time.advance(end - this.time.now());
    await this.breathe();
  }

  private async breathe(): Promise<void> {
    await settle(12);
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }

  private some<T>(items: readonly T[]): T {
    return items[this.random.integer(items.length)]!;
  }

  /** Something that people or programs do. */
  private act(): void {
    const person = this.some(this.people);
    const kind = this.random.integer(20);
    if (kind < 10) person.type(WORK);
    else if (kind < 13) this.print();
    else if (kind < 16) person.ask();
    else if (kind === 16) person.switchFront();
    else if (kind === 17) person.toggleWatch(WORK);
    else if (kind === 18) person.resize();
    else person.hurry();
    if (this.random.integer(8) === 0) this.retryFailed(person);
  }

  /** Who is told that another server answers looks after it first: a retry would accept the other one. */
  private retryFailed(person: Person): void {
    person.retryFailed((server) => this.behind.get(server)!.name === server);
  }

  private print(): void {
    const { keeper } = this.some(this.machines);
    const lines = 1 + this.random.integer(this.random.integer(5) === 0 ? 60 : 4);
    let text = "";
    for (let n = 0; n < lines; n++) text += `\x1b[3${this.random.integer(8)}m= ${"#".repeat(this.random.integer(70))} =\x1b[m\r\n`;
    keeper.print(WORK, text);
  }

  private trouble(): void {
    const open = this.wires.filter(({ wire, person }) => wire.isOpen && person >= 0);
    const kind = this.some(this.options.troubles);
    const wire = open.length > 0 ? this.some(open).wire : undefined;
    const later = (ms: number, run: () => void) => void this.time.after(this.random.integer(ms), run);
    this.troubles++;
    switch (kind) {
      case "cut":
        return wire?.cut();
      case "stall": {
        wire?.stall();
        return later(9000, () => wire?.resume());
      }
      case "vanish":
        return wire?.vanish(this.random.integer(2) === 0 ? "near" : "far");
      case "kill": {
        const machine = this.some(this.machines);
        if (!machine.isUp) return;
        machine.kill();
        return later(2000, () => void machine.boot());
      }
      case "refuse": {
        const { name } = this.some(this.machines);
        this.refusing.add(name);
        return later(4000, () => void this.refusing.delete(name));
      }
      case "swap": {
        const { name } = this.some(this.machines);
        this.behind.set(name, this.some(this.machines));
        for (const each of open) if (each.server === name) each.wire.cut();
        return later(1500, () => void this.behind.set(name, this.machines.find((machine) => machine.name === name)!));
      }
    }
  }

  /** Goes on until there was this much trouble. */
  async suffer(troubles: number): Promise<void> {
    const until = this.troubles + troubles;
    while (this.troubles < until) {
      for (let n = this.random.integer(6); n > 0; n--) {
        this.act();
        if (this.random.integer(2) === 0) await this.pass(this.random.float() * 30);
      }
      this.trouble();
      await this.pass(this.random.integer(4) === 0 ? this.random.float() * 3000 : this.random.float() * 250);
    }
  }

  /** Everything works again, and has the time that it needs. */
  async heal(): Promise<void> {
    await this.pass(10_000);
    for (let ms = 0; ms < HEALING_MS && !this.isWhole; ms += 2000) {
      for (const person of this.people) this.retryFailed(person);
      await this.pass(2000);
    }
    await this.pass(2000);
  }

  private get isWhole(): boolean {
    return this.machines.every(({ isUp }) => isUp) && this.people.every((person) => person.isConnected && person.waiting === 0);
  }

  // What must be true afterwards

  check(): void {
    for (const person of this.people) {
      for (const link of person.servers.all()) {
        expect(`${person.letter} ${link.name} ${link.state} ${link.error?.message ?? ""}`).toBe(`${person.letter} ${link.name} connected `);
        this.checkMirror(person, link);
        this.checkTyped(person, link.name);
      }
      expect(person.refusals).toEqual([]);
      this.checkCommands(person);
    }
    for (const { errors } of this.machines) expect(errors).toEqual([]);
  }

  private machine(name: string): Machine {
    return this.machines.find((machine) => machine.name === name)!;
  }

  private checkMirror(person: Person, link: ServerLink): void {
    if (!person.shows(link)) return;
    const mirror = person.mirrorOf(link, WORK);
    const pane = this.machine(link.name).daemon!.panes.get(WORK)!;
    const wanted = pictureOf(pane);
    expect(mirror && textOf(mirror)).toEqual(textOf(wanted));
    expect({ cols: mirror!.grid.cols, styles: stylesOf(mirror!), cursor: { x: mirror!.cursor.x, y: mirror!.cursor.y }, partial: mirror!.partial }).toEqual({
      cols: wanted.grid.cols, styles: stylesOf(wanted), cursor: { x: pane.emulator.cursor().x, y: pane.emulator.cursor().y }, partial: false,
    });
  }

  /** Every byte once, in order, at the server that was meant. */
  private checkTyped(person: Person, server: string): void {
    const written = this.machine(server).keeper.pane(WORK).written.replaceAll(/\x1b\[20[01]~/g, "").replaceAll(/<[^>]*>/g, "");
    const arrived: string[] = written.match(new RegExp(`${person.letter}\\d+;`, "g")) ?? [];
    expect({ server, arrived }).toEqual({ server, arrived: person.typed.get(server) ?? [] });
  }

  private checkCommands(person: Person): void {
    for (const { server, tag, kind, answer } of person.asked) {
      const machine = this.machine(server);
      const elsewhere = this.machines.filter((each) => each !== machine);
      expect({ tag, answered: answer !== undefined }).toEqual({ tag, answered: true });
      const ok = "result" in answer!;
      if (kind === "ls") {
        if (ok) expect(JSON.stringify(answer.result)).toContain('"name":"work"');
        continue;
      }
      const done = (each: Machine) => kind === "send"
        ? each.keeper.pane(WORK).written.split(`<${tag}>`).length - 1
        : [...each.daemon!.model.sessions.values()].filter(({ tags }) => tags.includes(tag)).length;
      // one that was interrupted, or given up with its link, may have been done: but not twice
      expect({ tag, done: done(machine), answer }).toEqual({ tag, done: ok ? 1 : Math.min(1, done(machine)), answer: answer! });
      for (const each of elsewhere) expect({ tag, at: each.name, done: done(each) }).toEqual({ tag, at: each.name, done: 0 });
      if (!ok) expect(["interrupted", "refused", "closed", "tooLarge", "noServer"]).toContain(answer!.code);
      if (ok && kind === "new") {
        const { id } = (answer.result as { sessions: { id: number }[] }).sessions[0]!;
        expect(machine.daemon!.model.session(id).tags).toEqual([tag]);
      }
    }
  }

  /** Ends the clients, then the machines: nothing may be left of either. */
  async end(): Promise<void> {
    for (const person of this.people) person.servers.end();
    await this.pass(1000);
    const connections = this.wires.filter(({ wire }) => wire.near.isOpen).length;
    expect({ connections, timers: this.people.map(({ clock }) => clock.timers) }).toEqual({ connections: 0, timers: this.people.map(() => 0) });
    // a server learns of a client that vanished by its silence; one of its own user that has said nothing yet may take its time
    await this.pass(40_000);
    expect(this.machines.map(({ daemon }) => [...daemon!.clients].filter(({ hello }) => hello).length)).toEqual(this.machines.map(() => 0));
    for (const machine of this.machines) machine.dispose();
    await this.pass(5000);
    expect(this.machines.map(({ clock }) => clock.timers)).toEqual(this.machines.map(() => 0));
  }
}

/** The server's picture of a pane, as a client gets it that sees it for the first time. */
function pictureOf(pane: Pane): PaneMirror {
  const image = pane.picture();
  const diff = new ScreenShadow().diff(image, Infinity)!;
  const mirror = new PaneMirror(pane.id, new LinkTable());
  mirror.apply({ pane: pane.id, cols: image.cols, rows: image.rows, lines: diff.lines, full: true });
  return mirror;
}

function textOf({ grid }: PaneMirror): string[] {
  return Array.from({ length: grid.rows }, (_, y) => grid.text(y).trimEnd());
}

function stylesOf({ grid }: PaneMirror): string {
  let out = "";
  for (let y = 0; y < grid.rows; y++) for (let x = 0; x < grid.cols; x++) out += `${grid.styleAt(x, y).fg},`;
  return out;
}
