/**
 * Bytes of frames on their way to one client, and how many there may be: so many that neither link nor terminal idles, so
 * few that what comes next hardly waits. Measured from acknowledgements, which come once frames are painted.
 */

/** Bounds of the window, where it begins, and what it has at least while nothing waits on the way. */
const LEAST_BYTES = 4 * 1024;
const MOST_BYTES = 1024 * 1024;
const FIRST_BYTES = 64 * 1024;
const FREE_BYTES = 32 * 1024;
/** An acknowledgement later than the shortest round trip by more than this: bytes wait on the way. About so much may. */
const QUEUE_MS = 30;
/** The shortest round trip is that of the last one or two such spans: a person may have gone to another network. */
const SPAN_MS = 10_000;
const NEW_SHARE = 0.2;
/** Of what is acknowledged, while the window is what limits and nothing waits: by a quarter each round trip. */
const GROWTH = 0.25;

export class Flight {
  /** Bytes that are on their way. */
  bytes = 0;
  private window = FIRST_BYTES;
  private readonly sent: { readonly bytes: number; readonly at: number }[] = [];
  private extra = 0;
  private shortest = Infinity;
  private shortestBefore = Infinity;
  private spanBegan = -Infinity;

  /** Nothing more may be sent now. What is sent while this is false may exceed the window by one message. */
  get full(): boolean {
    return this.bytes >= this.window;
  }

  add(bytes: number, now: number): void {
    this.sent.push({ bytes, at: now });
    this.bytes += bytes;
  }

  /** The client has painted so many bytes. What it acknowledges beyond what was sent counts for nothing. */
  acknowledge(bytes: number, now: number): void {
    this.extra += bytes;
    while (this.sent.length > 0 && this.extra >= this.sent[0]!.bytes) {
      const head = this.sent.shift()!;
      this.extra -= head.bytes;
      this.bytes -= head.bytes;
      this.measure(head.bytes, Math.max(0.05, now - head.at), now);
    }
    if (this.sent.length === 0) this.extra = 0;
  }

  private measure(bytes: number, took: number, now: number): void {
    if (now - this.spanBegan > SPAN_MS) {
      this.spanBegan = now;
      this.shortestBefore = this.shortest;
      this.shortest = Infinity;
    }
    this.shortest = Math.min(this.shortest, took);
    const roundTrip = Math.min(this.shortest, this.shortestBefore);
    if (took - roundTrip > QUEUE_MS) {
      // what has arrived since it left, per millisecond
      const rate = (bytes + this.bytes) / took;
      this.approach(Math.max(LEAST_BYTES, rate * (roundTrip + QUEUE_MS / 2)));
    } else if (bytes + this.bytes > this.window / 2) {
      this.window = Math.min(MOST_BYTES, this.window + bytes * GROWTH);
    } else if (this.window < FREE_BYTES) this.approach(FREE_BYTES);
  }

  private approach(wanted: number): void {
    this.window += (wanted - this.window) * NEW_SHARE;
  }
}
