/** A first-in-first-out queue with a bound in items and in weight. Says no at its bound; the caller decides what that means. */
export class BoundedQueue<T> {
  private items: T[] = [];
  private head = 0;
  private weight = 0;

  /**
   * @param mostItems  upper bound of items held
   * @param mostWeight upper bound of the sum of weights held
   * @param weigh      weight of one item, e.g. its bytes
   */
  constructor(
    private readonly mostItems: number,
    private readonly mostWeight = Infinity,
    private readonly weigh: (item: T) => number = () => 1,
  ) {}

  get length(): number {
    return this.items.length - this.head;
  }

  /** Sum of the weights held. */
  get held(): number {
    return this.weight;
  }

  /** Adds an item, or returns false and changes nothing if a bound would be passed. An empty queue takes any weight. */
  push(item: T): boolean {
    const w = this.weigh(item);
    if (this.length >= this.mostItems) return false;
    if (this.length > 0 && this.weight + w > this.mostWeight) return false;
    this.items.push(item);
    this.weight += w;
    return true;
  }

  peek(): T | undefined {
    return this.items[this.head];
  }

  shift(): T | undefined {
    if (this.head >= this.items.length) return undefined;
    const item = this.items[this.head]!;
    this.items[this.head] = undefined as T;
    this.head++;
    this.weight -= this.weigh(item);
    if (this.head > 32 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  clear(): void {
    this.items = [];
    this.head = 0;
    this.weight = 0;
  }
}
