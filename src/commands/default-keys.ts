/** The keys after the prefix, as tmux has them, and the command lines that they run. Data only. */

/** One row of the table. */
export interface DefaultKey {
  /** As formatKey writes it. */
  readonly key: string;
  readonly command: string;
  /** Works again without the prefix for a moment (`repeat-time`). */
  readonly repeat?: boolean;
  /** One line, beginning with a verb. */
  readonly help: string;
}

/** The prefix of somebody who has set none. */
export const DEFAULT_PREFIX = "C-b";

const NUMBERS: readonly DefaultKey[] = Array.from({ length: 10 }, (_, n) => (
  { key: String(n), command: `window select /${n}`, help: `Show window ${n}` }
));

const ARROWS: readonly DefaultKey[] = [
  ["Up", "up", "above"], ["Down", "down", "below"], ["Left", "left", "to the left"], ["Right", "right", "to the right"],
].flatMap(([key, side, where]): DefaultKey[] => [
  { key: key!, command: `pane select --${side}`, repeat: true, help: `Go to the pane ${where}` },
  { key: `C-${key}`, command: `pane resize --${side} 1`, repeat: true, help: `Move the pane's border ${side} by 1` },
  { key: `M-${key}`, command: `pane resize --${side} 5`, repeat: true, help: `Move the pane's border ${side} by 5` },
]);

const LAYOUT_KEYS: readonly DefaultKey[] = [
  "even-horizontal", "even-vertical", "main-horizontal", "main-vertical", "tiled",
].map((name, i) => (
  { key: `M-${i + 1}`, command: `layout . ${name}`, help: `Arrange the panes ${name}` }
));

/** The table, in the order in which help shows it. */
export const DEFAULT_PREFIX_KEYS: readonly DefaultKey[] = [
  // windows
  { key: "c", command: "window new", help: "Create a window" },
  { key: "n", command: "window next", help: "Show the next window" },
  { key: "p", command: "window previous", help: "Show the previous window" },
  { key: "l", command: "window last", help: "Show the window shown before" },
  ...NUMBERS,
  {
    key: "'", command: "prompt --label index --template 'window select /%%'",
    help: "Ask for the number of a window and show it",
  },
  { key: "M-n", command: "window next --alert", help: "Show the next window with a bell or activity" },
  { key: "M-p", command: "window previous --alert", help: "Show the previous window with a bell or activity" },
  {
    key: "f", command: "prompt --label 'find window' --template 'window find -- %%'",
    help: "Find a window by name, title or text",
  },
  { key: "w", command: "tree --windows", help: "Choose a window from the tree" },
  {
    key: ",", command: "prompt --label 'rename window' --text '#W' --template 'window rename -- %%'",
    help: "Rename the window",
  },
  {
    key: ".", command: "prompt --label 'move window to' --template 'window move --to=%%'",
    help: "Move the window to another number or session",
  },
  {
    key: "&", command: "confirm --question 'kill window #W? (y/n)' 'window kill'",
    help: "End the window, after a question",
  },

  // panes
  { key: "%", command: "split --right", help: "Split the pane into left and right" },
  { key: '"', command: "split --down", help: "Split the pane into top and bottom" },
  { key: "o", command: "pane select --next", help: "Go to the next pane" },
  { key: ";", command: "pane select --last", help: "Go to the pane in focus before" },
  ...ARROWS,
  { key: "q", command: "pane-numbers", help: "Show the numbers of the panes; a number goes there" },
  { key: "x", command: "confirm --question 'kill pane #P? (y/n)' 'pane kill'", help: "End the pane, after a question" },
  { key: "z", command: "pane zoom", help: "Let the pane fill the window, or end that" },
  { key: "{", command: "pane swap --up", help: "Change places with the pane before" },
  { key: "}", command: "pane swap --down", help: "Change places with the pane after" },
  { key: "!", command: "pane break", help: "Move the pane to a window of its own" },
  { key: "m", command: "pane mark", help: "Mark the pane, or remove its mark" },
  { key: "M", command: "pane mark --clear", help: "Remove the mark, wherever it is" },
  { key: "C-o", command: "window rotate", help: "Rotate the panes of the window" },
  { key: "M-o", command: "window rotate --down", help: "Rotate the panes of the window the other way" },

  { key: "Backspace", command: "discard-input", help: "Forget what was typed while the server was away" },
  { key: "j", command: "link --right", help: "Show a pane of another server in this window" },
  { key: "J", command: "pane claim", help: "Give the pane behind a link the link's size, or its own again" },
  { key: "g", command: "agent next", help: "Go to the next agent that waits for you" },

  // layouts
  { key: "Space", command: "layout . next", help: "Arrange the panes in the next layout" },
  { key: "E", command: "layout . spread", help: "Make the panes equally large" },
  ...LAYOUT_KEYS,

  // copy and paste
  { key: "[", command: "copy-mode", help: "Enter copy mode: scroll, search, select" },
  { key: "PageUp", command: "copy-mode --up", help: "Enter copy mode and scroll up" },
  { key: "]", command: "paste", help: "Paste the newest buffer" },
  { key: "#", command: "buffer ls", help: "List the paste buffers" },
  { key: "=", command: "buffers", help: "Choose a paste buffer and paste it" },
  { key: "-", command: "buffer delete", help: "Forget the newest paste buffer" },

  // sessions and clients
  { key: "d", command: "detach", help: "Detach: everything goes on in the background" },
  { key: "D", command: "clients", help: "Choose a client to detach" },
  { key: "s", command: "tree", help: "Choose a session from the tree" },
  { key: "(", command: "session previous", help: "Show the previous session" },
  { key: ")", command: "session next", help: "Show the next session" },
  { key: "L", command: "session last", help: "Show the session shown before" },
  {
    key: "$", command: "prompt --label 'rename session' --text '#S' --template 'session rename -- %%'",
    help: "Rename the session",
  },

  // the rest
  { key: ":", command: "prompt", help: "Ask for a command" },
  { key: "?", command: "help", help: "Show the keys" },
  { key: "i", command: "info", help: "Show what is known about the pane" },
  { key: "t", command: "clock", help: "Show a clock" },
  { key: "~", command: "messages", help: "Show the messages of late" },
  { key: "r", command: "redraw", help: "Draw the screen anew" },
  { key: "C-z", command: "suspend", help: "Suspend the client" },
  { key: "C-b", command: "send-prefix", help: "Send the prefix key to the program" },
];
