/** The part of neo-blessed 0.2.0 that the overlays use; the package has no types of its own. */
declare module "neo-blessed" {
  /** How an element or its border looks: palette numbers 0-255. */
  export interface ElementStyle {
    fg?: number;
    bg?: number;
    border?: { fg?: number; bg?: number };
  }

  export type Length = number | string | undefined;

  export interface ElementOptions {
    parent?: Box;
    screen?: Screen;
    left?: Length;
    right?: Length;
    top?: Length;
    bottom?: Length;
    width?: Length;
    height?: Length;
    border?: "line";
    style?: ElementStyle;
    hidden?: boolean;
    /** Off: text is cut at the edge, not wrapped. */
    wrap?: boolean;
    /** Off: `{...}` in content stays text. */
    tags?: boolean;
    /** Off: a click does not move the focus here. */
    autoFocus?: boolean;
  }

  export interface KeyPress {
    /** `up`, `C-c`, `S-g`, `/`: modifiers and the name, or the character. */
    full: string;
  }

  export interface MousePress {
    x: number;
    y: number;
    action: "mousedown" | "mouseup" | "mousemove" | "wheelup" | "wheeldown";
    button?: "left" | "middle" | "right" | "unknown";
  }

  export interface Box {
    readonly screen: Screen;
    readonly children: Box[];
    /** Where it was drawn last, in cells of the screen. */
    readonly lpos?: { xi: number; xl: number; yi: number; yl: number };
    position: { left?: Length; right?: Length; top?: Length; bottom?: Length; width?: Length; height?: Length };
    style: ElementStyle;
    hidden: boolean;
    setContent(content: string, keep?: boolean): void;
    show(): void;
    hide(): void;
    destroy(): void;
    on(event: "mouse", run: (press: MousePress) => void): void;
  }

  export interface Program {
    flush(): void;
  }

  export interface Screen {
    readonly program: Program;
    readonly tput: { unicode: boolean; brokenACS: boolean };
    readonly children: Box[];
    /** Elements that take part in the search for what was clicked. */
    readonly clickable: Box[];
    append(element: Box): void;
    render(): void;
    /** Forgets what is on the screen: the next render writes everything. */
    realloc(): void;
    enableKeys(): void;
    enableMouse(): void;
    on(event: "keypress", run: (character: string | undefined, key: KeyPress) => void): void;
  }

  export interface ScreenOptions {
    input: object;
    output: object;
    terminal: string;
    forceUnicode: boolean;
    fullUnicode: boolean;
    warnings: boolean;
  }

  interface Blessed {
    screen(options: ScreenOptions): Screen;
    box(options: ElementOptions): Box;
    /** Set `_bound` to keep its hands off the process's signals and exit. */
    readonly Screen: { _bound?: boolean };
    readonly Program: { _bound?: boolean };
    /** `ipaths`: folders that are searched for terminfo. */
    readonly Tput: { ipaths: unknown[] };
  }

  const blessed: Blessed;
  export default blessed;
}
