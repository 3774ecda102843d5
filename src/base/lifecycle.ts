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

  dispose(): void {
    if (this.ended) return;
    this.ended = true;
    for (const item of this.items.reverse()) item.dispose();
    this.items = [];
  }
}

/** A typed event with listeners; firing reaches the listeners registered at that moment, in order. */
export class Emitter<T> implements Disposable {
  private listeners: ((value: T) => void)[] = [];

  /** Registers a listener; dispose what is returned to remove it. */
  on(listener: (value: T) => void): Disposable {
    this.listeners = [...this.listeners, listener];
    return { dispose: () => void (this.listeners = this.listeners.filter((l) => l !== listener)) };
  }

  fire(value: T): void {
    for (const listener of this.listeners) listener(value);
  }

  dispose(): void {
    this.listeners = [];
  }
}
