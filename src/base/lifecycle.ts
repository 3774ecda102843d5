/** Ownership: whoever creates disposes. */

/** Something that holds resources until it is disposed. Disposing twice is harmless. */
export interface Disposable {
  dispose(): void;
}

/** Collects disposables and ends them in reverse order; what is added after the end is ended at once. */
export class Disposables implements Disposable {
  private items: Disposable[] = [];
  private ended = false;

  /** True once disposed. */
  get disposed(): boolean {
    return this.ended;
  }

  /** Takes ownership of `item` and returns it. */
  own<T extends Disposable>(item: T): T {
    if (this.ended) item.dispose();
    else this.items.push(item);
    return item;
  }

  /** Runs `run` at disposal. */
  defer(run: () => void): void {
    this.own({ dispose: run });
  }

  /** Ends everything, whatever fails on the way. @throws the first failure, afterwards. */
  dispose(): void {
    if (this.ended) return;
    this.ended = true;
    const items = this.items.reverse();
    this.items = [];
    const failures: unknown[] = [];
    for (const item of items) {
      try {
        item.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** A typed event with listeners; firing reaches the listeners registered at that moment, in order. */
export class Emitter<T> implements Disposable {
  private listeners: ((value: T) => void)[] = [];

  /** Registers a listener; dispose what is returned to remove it. */
  on(listener: (value: T) => void): Disposable {
    // a function of its own, so that one listener may be registered twice
    const own = (value: T) => listener(value);
    this.listeners = [...this.listeners, own];
    return { dispose: () => void (this.listeners = this.listeners.filter((l) => l !== own)) };
  }

  fire(value: T): void {
    for (const listener of this.listeners) listener(value);
  }

  dispose(): void {
    this.listeners = [];
  }
}
