/** The people who wait for a tunnel: all see its progress, one is asked at a time; whoever leaves is replaced by the next. */
import type { DialStage, Prompter } from "../transport/dialer.ts";

/** Somebody who waits at a control connection. `gone` resolves when they have left. */
export interface Person extends Prompter {
  /** Whether they can be asked; all are told of progress. */
  readonly canAsk: boolean;
  readonly gone: Promise<void>;
}

const LEFT = Symbol("left");

export class People implements Prompter {
  private readonly waiting: Person[] = [];
  private last: [DialStage, string | undefined] | undefined;
  private open = 0;
  /** For an attempt that is not to ask: progress only. */
  readonly onlookers: Prompter = {
    canAsk: false, progress: (stage, detail) => this.progress(stage, detail), ask: async () => undefined, confirm: async () => false,
  };

  /** Whether somebody can be asked. */
  get present(): boolean {
    return this.asked !== undefined;
  }

  /** Who is asked next. */
  private get asked(): Person | undefined {
    return this.waiting.find(({ canAsk }) => canAsk);
  }

  /** Whether an answer is awaited now. */
  get asking(): boolean {
    return this.open > 0;
  }

  /** Adds somebody, who is told how far it is. @returns a function that takes them off again */
  add(person: Person): () => void {
    this.waiting.push(person);
    if (this.asking) person.progress("asking");
    else if (this.last) person.progress(...this.last);
    const remove = (): void => {
      const at = this.waiting.indexOf(person);
      if (at >= 0) this.waiting.splice(at, 1);
    };
    void person.gone.then(remove);
    return remove;
  }

  progress(stage: DialStage, detail?: string): void {
    this.last = [stage, detail];
    for (const person of this.waiting) person.progress(stage, detail);
  }

  async ask(question: { text: string; echo: boolean }): Promise<string | undefined> {
    return this.askFirst((person) => person.ask(question));
  }

  async confirm(question: string): Promise<boolean> {
    return (await this.askFirst((person) => person.confirm(question))) ?? false;
  }

  /** A question is asked again if the one who was asked leaves; with nobody left it has no answer. */
  private async askFirst<T>(ask: (person: Person) => Promise<T>): Promise<T | undefined> {
    this.open++;
    try {
      for (let person = this.asked; person; person = this.asked) {
        for (const other of this.waiting) if (other !== person) other.progress("asking");
        const answer = await Promise.race([ask(person), person.gone.then(() => LEFT)]);
        if (answer !== LEFT) return answer as T;
        const at = this.waiting.indexOf(person);
        if (at >= 0) this.waiting.splice(at, 1);
      }
      return undefined;
    } finally {
      this.open--;
      if (!this.asking) this.progress(...(this.last ?? ["authenticating", undefined] as const));
    }
  }
}
