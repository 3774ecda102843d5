/**
 * From input events to actions: the queue of events that wait for an action to end, counts, keys in two parts, and
 * prompts for what a command asks.
 */
import { graphemes } from "../../base/graphemes.ts";
import { canonicalKey, MOD } from "../../base/keys.ts";
import type { Key } from "../../base/keys.ts";
import type { InputEvent, KeyInput, MouseInput } from "../../protocol/input.ts";
import { bindingKeys } from "../input/binding-keys.ts";
import type { Action } from "./action.ts";
import { copyAction } from "./actions.ts";
import type { Asking } from "./asking.ts";
import type { CopyCommand } from "../../commands/copy-line.ts";
import type { BoundCommands, CopyKeyTable } from "./key-table.ts";
import type { ActionRunner } from "./runner.ts";
import type { CopyState } from "./state.ts";

/** Events kept while something is waited for; those beyond are dropped. */
const MOST_QUEUED = 256;

type Queued = KeyInput | MouseInput | { readonly kind: "paste"; readonly text: string };

/** A key that may be the first of two, and what its own work is undone to. */
interface Chain {
  readonly key: Key;
  readonly saved: ReturnType<CopyState["save"]>;
  readonly count: number;
}

/** What the dispatcher leaves to others. */
export interface DispatcherHost {
  mouse(event: MouseInput): void;
  /** Runs an action. */
  perform(action: Action, args: readonly string[], count: number): void;
  /** A line that is not made of copy mode's commands. */
  foreign(line: string): void;
}

export class Dispatcher {
  private queue: Queued[] = [];
  private count = 1;
  private chain: Chain | undefined;

  constructor(
    private readonly state: CopyState,
    private readonly runner: ActionRunner,
    private readonly asking: Asking,
    private readonly table: CopyKeyTable,
    private readonly host: DispatcherHost,
  ) {}

  /** Takes an event; handles it and those before it as far as nothing is waited for. */
  input(event: InputEvent): void {
    if (event.kind === "text") {
      for (const segment of graphemes(event.text)) {
        this.enqueue({ kind: "key", key: canonicalKey({ name: segment, mods: 0 }) });
      }
    } else if (event.kind !== "focus" && !(event.kind === "key" && event.event === 3)) this.enqueue(event);
    this.pump();
  }

  /** Forgets what it remembers of the last key: the text has been laid out anew. */
  resized(): void {
    this.chain = undefined;
  }

  /** Drops what is queued. */
  clear(): void {
    this.queue = [];
  }

  private enqueue(event: Queued): void {
    const isHeldUp = this.runner.isBusy && !this.asking.isOpen;
    if (isHeldUp && event.kind === "key" && this.breaksOff(event)) {
      this.runner.abort();
      this.clear();
    }
    const last = this.queue.at(-1);
    const isMove = event.kind === "mouse" && event.action === "move";
    if (isMove && last?.kind === "mouse" && last.action === "move") this.queue.pop();
    if (this.queue.length < MOST_QUEUED) this.queue.push(event);
  }

  /** Whether a key ends the waiting: Escape and the like always, other keys that cancel if no key is before them. */
  private breaksOff(event: KeyInput): boolean {
    const bound = this.lookUp(event);
    const name = bound?.commands[0]?.name;
    if (name !== "cancel" && name !== "clear-selection") return false;
    const isText = event.key.mods === 0 && event.key.name.length === 1;
    return !isText || this.queue.length === 0;
  }

  /** Handles queued events until something has to be waited for. */
  pump(): void {
    while (this.queue.length > 0 && (this.asking.isOpen || !this.runner.isBusy)) this.handle(this.queue.shift()!);
  }

  private handle(event: Queued): void {
    if (event.kind === "paste") this.asking.paste(event.text);
    else if (event.kind === "mouse") this.handleMouse(event);
    else if (this.asking.isOpen) this.handlePromptKey(event);
    else this.handleKey(event);
  }

  private handleMouse(event: MouseInput): void {
    this.chain = undefined;
    if (!this.asking.isOpen) this.host.mouse(event);
  }

  private handlePromptKey(event: KeyInput): void {
    const { key: pressed, shifted } = event;
    const isShifted = shifted !== undefined && pressed.mods === MOD.shift;
    const key = canonicalKey(isShifted ? { name: String.fromCodePoint(shifted), mods: 0 } : pressed);
    if (!this.asking.key(key)) this.handleKey(event);
  }

  private lookUp(event: KeyInput, before?: Key): BoundCommands | undefined {
    for (const key of bindingKeys(event)) {
      const bound = this.table.lookUp(key, before);
      if (bound) return bound;
    }
    return undefined;
  }

  private handleKey(event: KeyInput): void {
    const { chain } = this;
    const chained = chain && this.lookUp(event, chain.key);
    this.chain = undefined;
    if (chain && chained) {
      this.state.restore(chain.saved);
      this.execute(chained, chain.count);
      return;
    }
    const count = this.count;
    this.count = 1;
    const bound = this.lookUp(event);
    if (!bound) return;
    if (this.table.isFirst(event.key)) this.chain = { key: event.key, saved: this.state.save(), count };
    this.execute(bound, count);
  }

  /** Runs the commands of a line. */
  private execute({ commands, line }: BoundCommands, count: number): void {
    if (commands.some(({ name }) => copyAction(name) === undefined)) {
      this.host.foreign(line);
      return;
    }
    for (const command of commands) this.call(command, command.count ?? count);
  }

  private call({ name, args }: CopyCommand, count: number): void {
    const action = copyAction(name)!;
    const { asks } = action;
    const isCount = asks?.kind === "count";
    if (asks === undefined || (args.length > 0 && !isCount)) {
      this.host.perform(action, args, count);
      return;
    }
    const initial = isCount ? args[0] ?? "" : "";
    this.asking.open(asks.kind, asks.label, initial, name.includes("backward"), (answer) => {
      if (isCount) this.count = Math.max(1, Number(answer) || 1);
      else if (answer !== "" || asks.kind === "search") this.host.perform(action, [answer], count);
    });
  }
}
