/** What the manual and the reference say about fugue as a whole. */
import { EXIT } from "../base/errors.ts";

/** Groups of commands: title and introduction of their page. */
export const GROUPS = {
  session: {
    title: "sessions",
    about: "A session is a set of windows that lives until its last program ends, whether anybody looks at it or not.",
  },
  window: {
    title: "windows", about: "A window belongs to one session and shows one or several panes, which divide it.",
  },
  pane: { title: "panes", about: "A pane is one terminal with a program in it." },
  script: {
    title: "scripts", about: "With these commands scripts and agents type into panes, read them and wait for them.",
  },
  agent: {
    title: "agents", about: "Coding agents in panes: their states, prompts for them, and what they use.",
  },
  buffer: {
    title: "paste buffers",
    about: "A paste buffer holds what was copied. The server keeps them, so that every client and session has them.",
  },
  client: {
    title: "clients",
    about: "A client is a terminal that shows a session. Most of these commands are for keys and the prompt.",
  },
  server: {
    title: "the server", about: "One server on each machine owns all sessions. It is started when it is needed.",
  },
  config: { title: "configuration", about: "The configuration is one file of TOML, read again whenever it changes." },
} as const;

/** Ways to write a target, with what they mean. */
export const TARGET_FORMS: readonly (readonly [string, string])[] = [
  ["SESSION", "a session, or its current window and pane"],
  ["SESSION/WINDOW", "a window of it, by number or name"],
  ["SESSION/WINDOW.PANE", "a pane of that window, by number"],
  ["%ID", "a pane by its id, which never changes"],
  ["/WINDOW", "a window of the current session"],
  [".PANE", "a pane of the current window, by number"],
  [".", "the current pane, with its window and session"],
  ["SERVER:TARGET", "any of these on another server; local is the one of this machine"],
];

/** Exit statuses with their meaning. */
export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.done, "done"],
  [EXIT.failed, "failed"],
  [EXIT.usage, "the command line is wrong"],
  [EXIT.noTarget, "there is no such session, window, pane, client, buffer or server"],
  [EXIT.noServer, "no server is running"],
  [EXIT.refused, "refused: not allowed, or nobody could be asked"],
  [EXIT.timeout, "the time was up"],
  [EXIT.interrupted, "interrupted"],
];

/** Environment variables that the executable reads. */
export const VARIABLES: readonly (readonly [string, string])[] = [
  ["FUGUE_HOME", "folder of the server in place of ~/.fugue"],
  ["FUGUE_CONFIG", "configuration file in place of the user's own"],
  ["FUGUE_ADDR", "address of the server to speak to, as with --addr"],
  ["FUGUE_LOG", "what is logged: a level (error, warn, info, debug), or SCOPE=LEVEL,…"],
  ["FUGUE_PANE", "set in every pane: its id; commands given there are about this pane by default"],
  ["FUGUE_SOCKET", "set in every pane: socket of its server"],
  ["NO_COLOR", "if it is not empty, nothing is coloured"],
  ["XDG_CONFIG_HOME", "folder of configurations in place of ~/.config"],
];

/** Files that people may want to know. */
export const FILES: readonly (readonly [string, string])[] = [
  ["~/.config/fugue/config.toml", "the configuration"],
  ["~/.fugue/", "the server's socket, its state and its logs; closed to everybody else"],
];

/** Things that people do, with how. */
export const EXAMPLES: readonly (readonly [string, string])[] = [
  ["fugue new work", "make a session and show it"],
  ["fugue new -d build -- make all", "run a program in the background"],
  ["fugue send build --enter \"make test\"", "type a command"],
  ["fugue wait build --text 'tests? passed' --timeout 5m", "wait for a line"],
  ["fugue capture build --history all", "print all that a pane shows and showed"],
  ["fugue ls --json", "list sessions for a script"],
];

/** The shape of `--json`. */
export const JSON_SHAPE = `{"version":1, NOUN:[{"server":…, …}, …], \
"errors":[{"server":…, "code":…, "message":…, "hint":…}, …]}`;

/** What there is to say about it. */
export const JSON_TEXT = [
  "The noun and the fields of its items stand with each command.",
  "Fields are only ever added.",
  "If nothing could be done, the list is empty and the errors say why.",
];
