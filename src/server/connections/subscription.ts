/** One subscriber: which notices it wants, and those that wait while it reads slowly. */
import { FugueError } from "../../base/errors.ts";
import { levelOf } from "../../commands/kill.ts";
import { MOST_NOTICES } from "../../protocol/limits.ts";
import type { Notice, Notices, Subscribe } from "../../protocol/notices.ts";
import type { Finder } from "../operations/find.ts";

/** With this much unread a subscriber is slow: what is for it waits. */
const SLOW_BYTES = 64 * 1024;

/** The connection that a subscription writes to. */
export interface NoticePort {
  /** Bytes that wait to be read. */
  readonly buffered: number;
  send(notices: Notices): void;
}

/** Whether a notice is about what was asked for. */
type Wanted = (notice: Notice) => boolean;

/** What a request wants. @throws FugueError `noTarget`, `usage` */
export function wantedBy({ target, kinds }: Subscribe, find: Finder): Wanted {
  const isKind: Wanted = ({ kind }) => !kinds || kinds.length === 0 || kinds.includes(kind);
  if (target === undefined || target === "") return isKind;
  const level = levelOf(target);
  const { id } = find[level](target);
  return (notice) => isKind(notice) && notice[level]?.id === id;
}

export class Subscription {
  private waiting: Notice[] = [];
  private dropped = 0;

  constructor(private readonly wants: Wanted, private readonly port: NoticePort) {}

  tell(notices: readonly Notice[]): void {
    for (const notice of notices) {
      if (!this.wants(notice)) continue;
      if (this.waiting.length === MOST_NOTICES) this.drain();
      // once one was left out the later ones are too, until that was said: the order stays
      if (this.waiting.length < MOST_NOTICES && this.dropped === 0) this.waiting.push(notice);
      else this.dropped++;
    }
    this.drain();
  }

  /** Sends what waits, if the subscriber has read enough of what came before. */
  drain(): void {
    if (this.waiting.length === 0 && this.dropped === 0) return;
    if (this.port.buffered > SLOW_BYTES) return;
    const notices = this.waiting;
    const { dropped } = this;
    this.waiting = [];
    this.dropped = 0;
    this.port.send({ notices, ...(dropped > 0 && { dropped }) });
  }
}

/** Agents read what they are shown; what happens on a whole server is for people and scripts. @throws FugueError `refused` */
export function checkSubscriber(kind: string | undefined): void {
  if (kind === "mcp") throw new FugueError("refused", "agents can't use 'events'", "it is for people and scripts");
}
