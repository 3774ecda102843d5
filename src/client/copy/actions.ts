/** Every command of copy mode, by tmux's name (tmux(1), WINDOWS AND PANES). */
import type { Action, ActionTable } from "./action.ts";
import { MOVE_ACTIONS } from "./actions-move.ts";
import { SCROLL_ACTIONS } from "./actions-scroll.ts";
import { SEARCH_ACTIONS } from "./actions-search.ts";
import { SELECT_ACTIONS } from "./actions-select.ts";

export const COPY_ACTIONS: ActionTable = {
  ...MOVE_ACTIONS,
  ...SCROLL_ACTIONS,
  ...SEARCH_ACTIONS,
  ...SELECT_ACTIONS,
  cancel: { run: (_state, _call, host) => host.exit() },
  "refresh-from-pane": { run: (_state, _call, host) => host.refresh() },
  // Not one of tmux's, which has its command prompt for it: asks for a count; its argument is the first digit
  "repeat-count": { run: () => undefined, asks: { kind: "count", label: "(repeat)" } },
};

/** The action of a name, or undefined if there is none. */
export function copyAction(name: string): Action | undefined {
  return Object.hasOwn(COPY_ACTIONS, name) ? COPY_ACTIONS[name] : undefined;
}
