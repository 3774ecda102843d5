/** Requests of programs that need this person's yes: one at a time, when nothing is typed and nothing else is open. */
import type { Timer } from "../../base/clock.ts";
import { printable } from "../../base/names.ts";
import type { ServerEvent } from "../../protocol/messages.ts";
import type { Overlay } from "../ui/overlay.ts";
import type { ServerLink } from "../connection/server-link.ts";
import type { Tui } from "./tui.ts";

const MOST_WAITING = 20;
const LONGEST_TEXT = 16_384;
/** Nobody types for this long: then a question takes no key that was meant for a pane. */
const QUIET_MS = 1000;

interface Waiting {
  readonly id: number;
  readonly text: string;
  readonly pane: number;
  readonly link: ServerLink;
  /** Milliseconds of the clock. */
  readonly until: number;
}

export class ProgramRequests {
  private waiting: Waiting[] = [];
  private open: { readonly request: Waiting; overlay?: Overlay } | undefined;
  private timer: Timer | undefined;

  constructor(private readonly tui: Tui) {}

  take({ id, pane, text, expiresMs }: ServerEvent & { kind: "request" }, link: ServerLink): void {
    this.waiting = this.waiting.filter((each) => each.id !== id || each.link !== link);
    const { open } = this;
    if (expiresMs === 0) {
      if (open?.request.id === id && open.request.link === link) this.close();
      return;
    }
    if (this.waiting.length >= MOST_WAITING) return;
    this.waiting.push({ id, pane, text: printable(text, LONGEST_TEXT), link, until: this.tui.clock.now() + expiresMs });
    this.look();
  }

  /** Opens the next one as soon as it may. */
  private look(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const now = this.tui.clock.now();
    if (this.open && this.open.request.until <= now) this.close();
    this.waiting = this.waiting.filter(({ until }) => until > now);
    const quiet = now - this.tui.typing.typedAt >= QUIET_MS && this.tui.screen.overlays.length === 0;
    const [next] = this.waiting;
    if (next && !this.open && quiet) void this.show(next);
    if (next || this.open) this.timer = this.tui.clock.after(QUIET_MS / 2, () => this.look());
  }

  private async show(request: Waiting): Promise<void> {
    this.waiting = this.waiting.filter((each) => each !== request);
    const open: { readonly request: Waiting; overlay?: Overlay } = { request };
    this.open = open;
    const overlay = await this.tui.actions.askForProgram(`the program in %${request.pane} asks to ${request.text}`, (yes) => {
      this.open = undefined;
      request.link.command(yes ? "agent allow" : "agent refuse", { request: request.id }).catch((error) => this.tui.fail(error));
      this.look();
    });
    if (this.open === open) open.overlay = overlay;
    else this.tui.closeOverlay(overlay);
  }

  private close(): void {
    const overlay = this.open?.overlay;
    this.open = undefined;
    if (overlay) this.tui.closeOverlay(overlay);
  }

  dispose(): void {
    this.timer?.cancel();
    this.waiting = [];
    this.open = undefined;
  }
}
