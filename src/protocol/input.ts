/** What a person does, as the client saw it. The server encodes it for the modes of the pane it goes to. */
import type { Key } from "../base/keys.ts";

/** Mouse buttons: 0 left, 1 middle, 2 right, 3 none (motion), 4 wheel up, 5 wheel down, 6 wheel left, 7 wheel right, 8-11 extra. */
export type MouseButton = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11;

export interface KeyInput {
  readonly kind: "key";
  readonly key: Key;
  /** Kitty event type: 1 press (the default), 2 repeat, 3 release. */
  readonly event?: 1 | 2 | 3;
  /** Kitty's shifted key and base layout key, as code points, where the terminal reported them. */
  readonly shifted?: number;
  readonly base?: number;
  /** Text the terminal says this key produced (kitty flag 16). */
  readonly text?: string;
}

/** Text typed or composed: printable characters without modifiers, several at once after a fast burst. */
export interface TextInput {
  readonly kind: "text";
  readonly text: string;
}

/** One whole bracketed paste (or a piece of a long one: `more` is true on all pieces but the last, `first` on the first). */
export interface PasteInput {
  readonly kind: "paste";
  readonly text: string;
  readonly first: boolean;
  readonly more: boolean;
}

export interface MouseInput {
  readonly kind: "mouse";
  readonly action: "press" | "release" | "move";
  readonly button: MouseButton;
  /** Sum of MOD bits. */
  readonly mods: number;
  /** Cell, counted from 0 at the top left of whatever the event is addressed to. */
  readonly x: number;
  readonly y: number;
}

export interface FocusInput {
  readonly kind: "focus";
  readonly focused: boolean;
}

export type InputEvent = KeyInput | TextInput | PasteInput | MouseInput | FocusInput;
