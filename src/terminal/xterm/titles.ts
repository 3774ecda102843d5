/** Window title and icon name (OSC 0, 1, 2) and the stack that CSI 22 t and 23 t work on. */
import { cleanText } from "./strings.ts";

const MOST_TITLE = 1024;
const MOST_SAVED = 10;

export class Titles {
  title = "";
  icon = "";
  readonly titleStack: string[] = [];
  readonly iconStack: string[] = [];

  /** @returns whether the title is another one now. */
  setTitle(text: string): boolean {
    const title = cleanText(text, MOST_TITLE);
    const changed = title !== this.title;
    this.title = title;
    return changed;
  }

  setIcon(text: string): void {
    this.icon = cleanText(text, MOST_TITLE);
  }

  /** CSI 22 ; which t: 0 both, 1 the icon name, 2 the title. */
  push(which: number): void {
    if (which === 0 || which === 2) save(this.titleStack, this.title);
    if (which === 0 || which === 1) save(this.iconStack, this.icon);
  }

  /** CSI 23 ; which t. @returns whether the title is another one now. */
  pop(which: number): boolean {
    const title = which === 0 || which === 2 ? this.titleStack.pop() : undefined;
    const icon = which === 0 || which === 1 ? this.iconStack.pop() : undefined;
    if (icon !== undefined) this.icon = icon;
    return title !== undefined && this.setTitle(title);
  }

  /** RIS keeps the names and forgets the stacks. */
  reset(): void {
    this.titleStack.length = 0;
    this.iconStack.length = 0;
  }
}

function save(stack: string[], text: string): void {
  stack.push(text);
  if (stack.length > MOST_SAVED) stack.shift();
}
