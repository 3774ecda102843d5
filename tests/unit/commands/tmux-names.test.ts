import { describe, expect, test } from "bun:test";
import { parseLine } from "../../../src/commands/command-line.ts";
import { findCommand } from "../../../src/commands/find-command.ts";
import { formatLine, splitLine } from "../../../src/commands/line.ts";
import { parseWords } from "../../../src/commands/parse.ts";
import type { Place } from "../../../src/commands/registry.ts";
import { hasCounterpart, isTmuxName, translateTmux, TMUX_RULES } from "../../../src/commands/tmux-names.ts";
import { thrownBy } from "../../support/thrown.ts";

function translated(line: string, place: Place): string {
  return formatLine(splitLine(line).flatMap((words) => translateTmux(words, place)!));
}

/** Lines of tmux and ours, at the prompt; the ones that are the same in a shell are tried there as well. */
const LINES: [tmux: string, ours: string][] = [
  ["new-session -s work", "new work"],
  ["new -s work -d -c /src -e A=1 -- vim x", "new work -d --dir /src --env A=1 -- vim x"],
  ["new -A -s main", "new main -A"],
  ["new -d -x 120 -y 40 'make all'", "new -d --size 120x40 -- 'make all'"],
  ["kill-session", "session kill"],
  ["kill-session -t work", "session kill work"],
  ["kill-session -a", "session kill --others"],
  ["rename-session -t old new", "session rename -t old -- new"],
  ["rename new", "session rename -- new"],
  ["has -t work", "ls work"],
  ["ls", "ls"],
  ["lsw -t work", "ls work --tree"],
  ["list-panes -a", "ls --tree"],
  ["switch-client -n", "session next"],
  ["switchc -p", "session previous"],
  ["switchc -l", "session last"],
  ["switchc -t work", "session select work"],
  ["detach-client", "detach"],
  ["detach -a", "detach --others"],
  ["lsc", "clients"],
  ["kill-server", "stop"],
  ["neww", "window new"],
  ["new-window -n logs -c \"#{pane_current_path}\" 'tail -f x'", "window new --name logs -- 'tail -f x'"],
  ["neww -d -t work:3", "window new work --index 3 --detached"],
  ["neww -t :5", "window new --index 5"],
  ["neww -t work:", "window new work"],
  ["select-window -t 3", "window select /3"],
  ["selectw -t :=3", "window select /3"],
  ["selectw -t work:2", "window select work/2"],
  ["selectw -t logs", "window select /logs"],
  ["selectw -n", "window next"],
  ["selectw -t :+", "window next"],
  ["selectw -t -1", "window previous"],
  ["selectw -l", "window last"],
  ["selectw -t !", "window last"],
  ["next-window", "window next"],
  ["next -a", "window next --alert"],
  ["prev", "window previous"],
  ["last", "window last"],
  ["kill-window -t @4", "window kill /@4"],
  ["killw -a", "window kill --others"],
  ["rename-window logs", "window rename -- logs"],
  ["movew -t 5", "window move --to 5"],
  ["movew -s 2 -t work:5", "window move /2 --to work/5"],
  ["movew -t work:", "window move --to work"],
  ["movew -r", "window move --renumber"],
  ["swapw -t -1", "window swap --previous"],
  ["swap-window -d -t +1", "window swap --next"],
  ["swapw -s 1 -t 2", "window swap /1 --with /2"],
  ["rotatew", "window rotate"],
  ["rotatew -D", "window rotate --down"],
  ["findw todo", "window find -- todo"],
  ["select-layout tiled", "layout . tiled"],
  ["selectl -t work:1 even-vertical", "layout work/1 even-vertical"],
  ["selectl -n", "layout . next"],
  ["selectl -E", "layout . spread"],
  ["nextl", "layout . next"],
  ["previous-layout", "layout . previous"],
  ["setw synchronize-panes on", "sync on"],
  ["setw synchronize-panes", "sync toggle"],
  ["split-window", "split"],
  ["splitw -h", "split --right"],
  ["splitw -hb -l 30%", "split --left --size 30%"],
  ["splitw -vb -l 5 -d", "split --up --size 5 --detached"],
  ["splitw -f -p 25 htop", "split --size 25% --whole -- htop"],
  ["splitw -t work:1.0 -c /tmp", "split work/1.0 --dir /tmp"],
  ["select-pane -L", "pane select --left"],
  ["selectp -R", "pane select --right"],
  ["selectp -U", "pane select --up"],
  ["selectp -D", "pane select --down"],
  ["selectp -l", "pane select --last"],
  ["selectp -t :.+", "pane select --next"],
  ["selectp -t .-", "pane select --previous"],
  ["selectp -t '{left-of}'", "pane select --left"],
  ["selectp -t 1", "pane select .1"],
  ["selectp -t :.2", "pane select .2"],
  ["selectp -t work:0.1", "pane select work/0.1"],
  ["selectp -t %5", "pane select %5"],
  ["selectp -m", "pane mark"],
  ["selectp -M", "pane mark --clear"],
  ["selectp -T title", "pane rename -- title"],
  ["last-pane", "pane select --last"],
  ["resize-pane -L 5", "pane resize --left 5"],
  ["resizep -D", "pane resize --down 1"],
  ["resizep -Z", "pane zoom"],
  ["resizep -x 80 -y 50%", "pane resize --cols 80 --rows 50%"],
  ["swap-pane -U", "pane swap --up"],
  ["swapp -D", "pane swap --down"],
  ["swapp -s 0 -t 1", "pane swap .0 --with .1"],
  ["swapp -t +", "pane swap --down"],
  ["swapp", "pane swap"],
  ["break-pane", "pane break"],
  ["breakp -d -n logs -t work:4", "pane break --detached --name logs --to work/4"],
  ["join-pane -h -s work:2", "pane join --from work/2 --right"],
  ["joinp -t :3", "pane move --to /3"],
  ["joinp -s 1 -t 2 -l 10", "pane join .2 --from .1 --size 10"],
  ["join-pane", "pane join"],
  ["kill-pane", "pane kill"],
  ["killp -a -t work", "pane kill work --others"],
  ["respawn-pane -k htop", "pane respawn --kill -- htop"],
  ["respawnw -t 3", "pane respawn /3"],
  ["pipe-pane", "pane pipe"],
  ["pipep -o 'cat >> log'", "pane pipe -- sh -c 'cat >> log'"],
  ["clear-history", "clear-history"],
  ["send-keys -t work 'ls -l' Enter", "send work --enter -- 'ls -l'"],
  ["send-keys C-c", "send . --keys -- C-c"],
  ["send -t %3 Escape :wq Enter", "send %3 --keys -- Escape ; send %3 --enter -- :wq"],
  ["send ls Space -l Tab", "send . -- ls ; send . --keys -- Space ; send . -- -l ; send . --keys -- Tab"],
  ["send -l Enter", "send . -- Enter"],
  ["capture-pane -p", "capture"],
  ["capturep -p -e -J -S - -t work", "capture work --history all --styled --join"],
  ["capturep -p -S -100", "capture --history 100"],
  ["list-buffers", "buffer ls"],
  ["showb -b b1", "buffer show b1"],
  ["setb -b b1 text", "buffer set --name b1 -- text"],
  ["loadb /tmp/x", "buffer set --file /tmp/x"],
  ["saveb -a -b b1 /tmp/x", "buffer save --name b1 --append -- /tmp/x"],
  ["deleteb", "buffer delete"],
  ["paste-buffer -t work -d", "buffer paste -t work --delete"],
];

/** Lines for the prompt only: they are about what one terminal shows. */
const PROMPT_LINES: [tmux: string, ours: string][] = [
  ["attach -t work", "session select work"],
  ["copy-mode -u", "copy-mode --up"],
  ["command-prompt", "prompt"],
  [
    "command-prompt -I '#W' -p '(rename)' 'rename-window \"%%\"'",
    "prompt --text #W --label (rename) --template 'rename-window \"%%\"'",
  ],
  ["command-prompt -p index { select-window -t ':%%' }", "prompt --label index --template \"select-window -t ':%%'\""],
  ["confirm-before -p 'kill? (y/n)' kill-pane", "confirm --question 'kill? (y/n)' -- kill-pane"],
  ["confirm kill-window -a", "confirm -- 'kill-window -a'"],
  ["choose-tree -Zs", "tree"],
  ["choose-tree -Zw", "tree --windows"],
  ["choose-buffer -Z", "buffers"],
  ["choose-client", "clients"],
  ["display-panes", "pane-numbers"],
  ["clock-mode", "clock"],
  ["display-message", "info"],
  ["display hello", "info -- hello"],
  ["show-messages", "messages"],
  ["refresh-client -S", "redraw"],
  ["suspendc", "suspend"],
  ["source-file ~/.tmux.conf", "reload"],
  ["list-keys -N", "help"],
  ["send-prefix", "send-prefix"],
  ["paste-buffer -p", "paste"],
  ["pasteb -b b2", "paste b2"],
];

/** Lines for a shell only. */
const SHELL_LINES: [tmux: string, ours: string][] = [
  ["attach-session -d -t work", "attach work --detach-others"],
  ["attach -r", "attach --read-only"],
  ["list-keys", "keys"],
  ["start-server", "serve --detach"],
  ["show-options -g", "config show"],
  ["paste-buffer -b b2", "buffer paste --name b2"],
];

describe("commands of tmux", () => {
  test.each([...LINES, ...PROMPT_LINES])("%s is at the prompt: %s", (tmux, ours) => {
    expect(translated(tmux, "prompt")).toBe(ours);
    for (const words of splitLine(ours)) {
      const { command, words: rest } = findCommand(words, "prompt");
      parseWords(command, rest);
    }
  });

  test.each([...LINES, ...SHELL_LINES])("%s is in a shell: %s", (tmux, ours) => {
    expect(translated(tmux, "shell")).toBe(ours);
    for (const words of splitLine(ours)) {
      const { command, words: rest } = findCommand(words, "shell");
      parseWords(command, rest);
    }
  });

  test.each<[string, Place, string | RegExp]>([
    ["run-shell 'x'", "prompt", /don't run shells/],
    ["if-shell a b", "prompt", /conditions/],
    ["wait-for x", "shell", /channels/],
    ["bind x y", "prompt", /configuration file/],
    ["set -g mouse on", "prompt", /configuration file/],
    ["setw -g mode-keys vi", "prompt", /configuration file/],
    ["display-popup", "prompt", /popups/],
    ["copy-mode", "shell", /inside of fugue only/],
    ["new -t group", "prompt", /-t of tmux's new-session has no counterpart/],
    ["neww -a", "prompt", /-a of tmux's new-window has no counterpart/],
    ["ls -F '#S'", "shell", /-F of tmux's list-sessions has no counterpart/],
    ["selectp -t '{marked}'", "prompt", /has no counterpart/],
    ["send-keys -X copy-selection", "prompt", /-X of tmux's send-keys/],
    ["selectl 'b25d,80x24,0,0,1'", "prompt", /layouts of tmux/],
    ["splitw -c '#{client_cwd}/x'", "prompt", /formats in -c/],
    ["capture-pane", "prompt", /does not fill a buffer/],
    ["resize-pane", "prompt", /needs a direction/],
    ["splitw -l", "prompt", /-l of split-window needs a value/],
    ["send-keys", "prompt", /needs keys/],
    ["command-prompt -p 'a,b' 'x'", "prompt", /one thing is asked/],
  ])("%s at the %s says why not", (line, place, message) => {
    const error = thrownBy(() => splitLine(line).flatMap((words) => translateTmux(words, place)));
    expect(error.message).toMatch(message);
    expect(error.code).toBe("usage");
  });

  test("the beginning of one name is taken for it, that of several is not", () => {
    expect(translateTmux(["a", "-t", "work"], "shell")).toEqual([["attach", "work"]]);
    expect(isTmuxName("split-w")).toBe(true);
    for (const name of ["", "s", "kill-", "swap"]) expect(isTmuxName(name)).toBe(false);
  });

  test("a command that tmux does not have is none of theirs", () => {
    expect(translateTmux(["frobnicate"], "prompt")).toBeUndefined();
    expect(isTmuxName("frobnicate")).toBe(false);
  });

  test("those without any counterpart are known as such", () => {
    expect(hasCounterpart("split-window")).toBe(true);
    expect(hasCounterpart("splitw")).toBe(true);
    expect(hasCounterpart("run-shell")).toBe(false);
    expect(hasCounterpart("frobnicate")).toBe(false);
  });

  test("every one of tmux's command names is known, with a counterpart or with a reason", () => {
    // tmux 3.3a: tmux list-commands
    const names = `attach-session bind-key break-pane capture-pane choose-buffer choose-client choose-tree clear-history
      clear-prompt-history clock-mode command-prompt confirm-before copy-mode customize-mode delete-buffer detach-client
      display-menu display-message display-popup display-panes find-window has-session if-shell join-pane kill-pane
      kill-server kill-session kill-window last-pane last-window link-window list-buffers list-clients list-commands
      list-keys list-panes list-sessions list-windows load-buffer lock-client lock-server lock-session move-pane
      move-window new-session new-window next-layout next-window paste-buffer pipe-pane previous-layout previous-window
      refresh-client rename-session rename-window resize-pane resize-window respawn-pane respawn-window rotate-window
      run-shell save-buffer select-layout select-pane select-window send-keys send-prefix server-access set-buffer
      set-environment set-hook set-option set-window-option show-buffer show-environment show-hooks show-messages
      show-options show-prompt-history show-window-options source-file split-window start-server suspend-client swap-pane
      swap-window switch-client unbind-key unlink-window wait-for`.split(/\s+/);
    expect(names.filter((name) => !TMUX_RULES.has(name))).toEqual([]);
  });
});

describe("names that tmux and fugue share, at the prompt", () => {
  const named = (line: string) => parseLine(line).map(({ command, values }) => [command.name, values] as const);

  test("our form comes first", () => {
    expect(named("rename work desk")).toEqual([["rename", { target: "work", name: "desk" }]]);
    expect(named("detach")).toEqual([["detach", { others: false }]]);
  });

  test("a form that is only tmux's is understood as such", () => {
    expect(named("rename desk")).toEqual([["session rename", { name: "desk" }]]);
    expect(named("new -s work -d")[0]![1]).toMatchObject({ name: "work", detached: true });
    expect(named("send C-c")[0]![1]).toMatchObject({ target: ".", text: ["C-c"], keys: true });
  });

  test("a form that is neither's is answered about ours", () => {
    expect(() => parseLine("new --frob")).toThrow("'new' has no option --frob");
  });
});
