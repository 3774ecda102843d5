/** Fetches the lines that are shown and those of a page above and below. */
import type { CopyState } from "./state.ts";

/** Requests under way at a time. */
const MOST_REQUESTS = 2;

interface Range {
  readonly from: number;
  readonly to: number;
}

export class Prefetcher {
  private readonly underWay = new Set<Range>();
  private stopped = false;

  /** @param arrived called when a request has ended and the state has taken notice */
  constructor(private readonly state: CopyState, private readonly arrived: () => void) {}

  stop(): void {
    this.stopped = true;
  }

  /** Asks for what is missing around the view. */
  ensure(): void {
    if (this.stopped || this.underWay.size >= MOST_REQUESTS) return;
    const range = this.missing();
    if (range === undefined) return;
    this.underWay.add(range);
    const { text } = this.state;
    const ended = (): void => {
      this.underWay.delete(range);
      if (this.stopped || text !== this.state.text) return;
      text.settle(range.from, range.to);
      this.state.settleLines();
      this.ensure();
      this.arrived();
    };
    text.source.fetch(range.from, range.to).then(ended, ended);
  }

  /** The smallest range with all lines that are missing and not under way; what is shown comes first. */
  private missing(): Range | undefined {
    const { view, text } = this.state;
    const top = view.top.line;
    const bottom = view.layout.move(view.top, view.height - 1).line;
    const shown = this.missingIn(top, bottom);
    if (shown) return shown;
    return this.missingIn(Math.max(text.first, top - view.height), Math.min(text.last, bottom + view.height));
  }

  private missingIn(first: number, last: number): Range | undefined {
    let from: number | undefined;
    let to = first;
    for (let n = first; n <= last; n++) {
      if (this.state.text.peek(n) !== undefined || this.isUnderWay(n)) continue;
      from ??= n;
      to = n + 1;
    }
    return from === undefined ? undefined : { from, to };
  }

  private isUnderWay(n: number): boolean {
    for (const range of this.underWay) if (n >= range.from && n < range.to) return true;
    return false;
  }
}
