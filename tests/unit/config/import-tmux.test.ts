import { describe, expect, test } from "bun:test";
import { commandLanguage } from "../../../src/commands/command-line.ts";
import { importTmux } from "../../../src/config/import-tmux.ts";
import { readText } from "./read-text.ts";
import { interpretConfig } from "../../../src/config/config-file.ts";

function convert(text: string): { toml: string; skipped: readonly string[] } {
  const { toml, skipped } = importTmux(text, commandLanguage);
  return { toml, skipped: skipped.map((s) => `${s.line}: ${s.text}: ${s.why}`) };
}

/** Lines of the result but for its headers, comments and empty lines. */
function settings(text: string): readonly string[] {
  return convert(text).toml.split("\n").filter((line) => line !== "" && !/^[#[]/.test(line));
}

const REALISTIC = String.raw`# ~/.tmux.conf
# --- general ------------------------------------------------------------
set -g default-terminal "screen-256color"
set -ga terminal-overrides ",xterm-256color*:Tc"
set-option -sg escape-time 10
set -g history-limit 50000
set -g base-index 1
setw -g pane-base-index 1
set-option -g renumber-windows on
set -g display-time 1500     # long enough to read
set -g display-panes-time 2000
set -g status-interval 5
set -g focus-events on
set -g mouse on
set -g set-clipboard external
setw -g aggressive-resize on
set -g repeat-time 600
set -g default-shell /bin/zsh
set -g default-command "reattach-to-user-namespace -l $SHELL"
set -ga update-environment "TERM_PROGRAM KITTY_WINDOW_ID"
set-environment -g EDITOR "nvim"
set-environment -g PATH "$HOME/bin:$PATH"

# --- prefix -------------------------------------------------------------
unbind C-b
set -g prefix C-a
set -g prefix2 None
bind C-a send-prefix
bind-key a last-window

# --- keys ---------------------------------------------------------------
bind r source-file ~/.tmux.conf \; display "Reloaded!"
unbind '"'
unbind %
bind | split-window -h -c "#{pane_current_path}"
bind - split-window -v -c "#{pane_current_path}"
bind '\' split-window -fh
bind c new-window -c '#{pane_current_path}'
bind -r h select-pane -L
bind -r j select-pane -D
bind -r k select-pane -U
bind -r l select-pane -R
bind -r H resize-pane -L 5
bind -r C-Up resize-pane -U
bind -n M-Left select-pane -L
bind-key -n M-1 select-window -t 1
bind-key -T root F12 set prefix None \; set key-table off
bind S setw synchronize-panes \; display "sync #{?pane_synchronized,on,off}"
bind x kill-pane
bind X confirm-before -p "kill? (y/n)" kill-session
bind -N "swap to the left" -r "<" swap-window -d -t -1
bind e {
  split-window -h
  select-pane -L ; resize-pane -L 10
}
bind -T off F12 set -u prefix
bind -n WheelUpPane copy-mode -e

# --- copy mode ----------------------------------------------------------
setw -g mode-keys vi
bind Escape copy-mode
bind -T copy-mode-vi v send-keys -X begin-selection
bind -T copy-mode-vi y send-keys -X copy-pipe-and-cancel "xclip -in -selection clipboard"
bind-key -T copy-mode C-w send-keys -X copy-selection
bind -t vi-copy Enter copy-pipe "pbcopy"

# --- status line --------------------------------------------------------
set -g status-position top
set -g status-style 'bg=#1e1e2e,fg=colour250'
set -g status-left-length 40
set -g status-left "#[fg=green,bold]#S #[default]#{?client_prefix,^A ,}"
set -g status-right \
  "#{=21:pane_title} %H:%M"
set -g @catppuccin_flavour 'mocha'
set -ag status-right " | #(uptime)"
setw -g window-status-current-format " #I:#W#{?window_zoomed_flag, Z,} "
set -g window-status-current-bg red
set -g pane-active-border-style fg=cyan
setw -g monitor-activity on; set -g visual-bell off
if-shell "test -f ~/.tmux.local" "source ~/.tmux.local"
%if #{==:#{host},work}
set -g status-bg red
%endif
set-hook -g after-new-window "display hello"
run '~/.tmux/plugins/tpm/tpm'
`;

describe("a realistic file", () => {
  const { toml, skipped } = convert(REALISTIC);

  test("becomes settings that load without a mistake", () => {
    const loaded = interpretConfig("t", { kind: "text", text: toml, badLine: 0 }, { HOME: "/h" }, commandLanguage.check);
    expect(loaded.problems).toEqual([]);
    expect(loaded.config.options).toMatchObject({
      escapeTime: 10, historyLimit: 50_000, baseIndex: 1, paneBaseIndex: 1, renumberWindows: true, displayTime: 1500,
      displayPanesTime: 2000, statusInterval: 5000, mouse: true, setClipboard: "external", repeatTime: 600,
      defaultShell: "/bin/zsh", modeKeys: "vi", statusPosition: "top", monitorActivity: true, visualBell: "off",
      prefix2: null, prefix: { name: "a", mods: 4 }, term: "xterm-256color",
    });
    expect(loaded.config.options.statusRight.source).toBe("#{=21:pane_title} %H:%M");
    expect(loaded.config.options.updateEnvironment.slice(-2)).toEqual(["TERM_PROGRAM", "KITTY_WINDOW_ID"]);
    expect([...loaded.config.env]).toEqual([["EDITOR", "nvim"]]);
  });

  test("keeps the command lines of its bindings, by the full names of commands", () => {
    expect(toml.slice(toml.indexOf("[keys]")).trimEnd()).toBe(String.raw`[keys]
C-b = false
C-a = "send-prefix"
a = "last-window"
r = 'source-file ~/.tmux.conf ; display-message "Reloaded!"'
'"' = false
"%" = false
"|" = 'split-window -h -c "#{pane_current_path}"'
- = 'split-window -v -c "#{pane_current_path}"'
'\' = "split-window -fh"
c = "new-window -c '#{pane_current_path}'"
h = { command = "select-pane -L", repeat = true }
j = { command = "select-pane -D", repeat = true }
k = { command = "select-pane -U", repeat = true }
l = { command = "select-pane -R", repeat = true }
H = { command = "resize-pane -L 5", repeat = true }
C-Up = { command = "resize-pane -U", repeat = true }
S = 'set-window-option synchronize-panes ; display-message "sync #{?pane_synchronized,on,off}"'
x = "kill-pane"
X = 'confirm-before -p "kill? (y/n)" kill-session'
"<" = { command = "swap-window -d -t -1", repeat = true }
e = "split-window -h ; select-pane -L ; resize-pane -L 10"
Escape = "copy-mode"

[keys.root]
M-Left = "select-pane -L"
M-1 = "select-window -t 1"

[keys.copy-vi]
v = "send-keys -X begin-selection"
y = 'send-keys -X copy-pipe-and-cancel "xclip -in -selection clipboard"'

[keys.copy-emacs]
C-w = "send-keys -X copy-selection"

[env]
EDITOR = "nvim"`);
  });

  test("lists what it does not take over, with lines and reasons", () => {
    expect(skipped.map((s) => s.slice(0, s.indexOf(":")))).toEqual(
      ["3", "4", "16", "22", "47", "56", "57", "65", "70", "74", "75", "80", "81", "82", "83", "84", "85"],
    );
    const why = (line: number): string => skipped.find((s) => s.startsWith(`${line}:`))!;
    expect(why(3)).toContain("panes of fugue are an xterm");
    expect(why(4)).toContain("fugue asks the terminal");
    expect(why(22)).toContain("variables in values");
    expect(why(47)).toContain("options stand in the configuration file");
    expect(why(56)).toContain("no key table 'off'");
    expect(why(57)).toContain("the mouse has no bindings");
    expect(why(65)).toContain("use -T");
    expect(why(70)).toContain("#{=20:name}");
    expect(why(74)).toContain("user options and plugins");
    expect(why(75)).toContain("no shell commands");
    expect(why(80)).toContain("nothing is run");
    expect(why(81)).toContain("%if");
    expect(why(84)).toContain("no hooks");
    expect(why(85)).toContain("plugins");
  });
});

describe("options", () => {
  test.each([
    ["set -g status-bg black", 'status-style = "fg=black,bg=black"'],
    [
      "set -g status-style bg=red\nset -g status-fg white\nset -g status-attr bold",
      'status-style = "fg=white,bg=red,bold"',
    ],
    ["set -g status-left a\nset -ga status-left b", 'status-left = "ab"'],
    ["set -g status-left a\nset -go status-left b", 'status-left = "a"'],
    ["set -g mouse off\nset -gu mouse", undefined],
    ["set -g mouse off\nset -g mouse on", "mouse = true"],
    ["set -g update-environment[3] X", 'update-environment = ["X"]'],
    ["set -g word-separators ' -_@\"'", "word-separators = ' -_@\"'"],
    ["set -g default-terminal xterm-direct", 'term = "xterm-direct"'],
    ["set -g main-pane-width 60%", 'main-pane-width = "60%"'],
    ["set -gq mouse on ; set -g base-index 2", "mouse = true"],
    ["set -g status-left \"a\\\n  b\"", 'status-left = "a  b"'],
    ["set -g display-time 0", 'display-time = "0ms"'],
  ])("%p", (text, line) => {
    expect(settings(text)[0]).toBe(line as string);
  });

  test.each([
    ["set -g mouse", "the option has no value"],
    ["set -g escape-time 500", '"500ms" is out of bounds: write a duration from "0ms" to "20ms"'],
    ["set -g mosue on", "fugue has no option 'mosue'; did you mean 'mouse'?"],
    ["set -g status 2", '"2" is not on or off'],
    ["set -t work mouse on", "not those for one target (-t)"],
    ["set -gF status-left '#{x}'", "formats in values (-F)"],
    ["set -gz mouse on", "unknown flag -z"],
    ["set", "the option has no name"],
    ["set -g status-left '#{battery}'", 'unknown variable "battery"'],
    ["set -g default-shell $SHELL", "variables in values"],
    ["set -g status-left 'open", "no ' closes the one on line 1"],
    ["FOO=bar", "variables of the file itself"],
    ["%hidden FOO=bar", "variables of the file itself"],
    ["new-session -s x", "commands are not run"],
    ["source-file x", "other files are not read"],
    ["setenv -g TERM xterm", "can't be set here"],
    ["unbind -a", "all keys at once"],
    ["bind C-%% new-window", "is not a key"],
    ["bind x", "the binding has no command"],
    ["bind", "the key is missing"],
    ["bind x if-shell true { new-window }", "commands in braces inside a binding"],
    ["bind x if-shell true new-window", "no conditions"],
    ["bind x run 'tmux list-keys'", "don't run shells"],
    ["bind -T copy-mode-vi x send -X frobnicate", "copy mode has no command 'frobnicate'"],
    ["bind x { new-window", "no } closes the { on line 1"],
    ['bind x display "a\nb"', "several lines"],
  ])("%p is skipped with a reason", (text, why) => {
    const { toml, skipped } = convert(text);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toStartWith("1: ");
    expect(skipped[0]).toContain(why);
    expect(readText(toml).config.keys.prefix).toEqual([]);
  });
});

describe("bindings", () => {
  test.each([
    ["bind x new-window\\; split-window", 'x = "new-window ; split-window"'],
    ['bind x "split-window -h ; new-window"', 'x = "split-window -h ; new-window"'],
    ["bind x splitw", 'x = "split-window"'],
    ["bind x send C-l", 'x = "send-keys C-l"'],
    ["bind -T copy-mode-vi y send -X copy-selection", 'y = "send-keys -X copy-selection"'],
    ["bind -rn M-x new-window", 'M-x = { command = "new-window", repeat = true }'],
    ["bind \\; new-window", '";" = "new-window"'],
    ["bind '#' new-window", '"#" = "new-window"'],
    ["bind ^B new-window", 'C-b = "new-window"'],
    ["bind DC new-window", 'Delete = "new-window"'],
    ["bind -- - new-window", '- = "new-window"'],
    ["bind x new-window\nunbind x", "x = false"],
    ["unbind x\nbind x new-window", 'x = "new-window"'],
    ["bind x new-window # comment", 'x = "new-window"'],
  ])("%p", (text, line) => {
    expect(convert(text).skipped).toEqual([]);
    expect(settings(text)).toEqual([line]);
  });

  test("a sequence is refused if one of its commands is unknown", () => {
    expect(convert("bind x new-window \\; frobnicate").skipped[0]).toContain("there is no command 'frobnicate'");
  });
});

test("characters that only look like blanks are parts of words", () => {
  for (const blank of ["\u00a0", "\v", "\f", "\u2028", "\ufeff"]) {
    expect(convert(`set -g mouse${blank} on`).skipped).toHaveLength(1);
    expect(settings(`${blank}\nset -g mouse on`)).toEqual(["mouse = true"]);
  }
});

test("a file larger than 1 MiB is refused", () => {
  expect(importTmux("#".repeat(1024 * 1024 + 1), commandLanguage).skipped[0]!.why).toContain("1 MiB");
});
