import { expect, test } from "bun:test";
import { showConfig } from "../../../src/config/config-text.ts";
import { defaultConfig } from "../../../src/config/config.ts";
import { allOptions } from "../../../src/config/options.ts";
import { readText } from "./read-text.ts";

const TEXT = `
[options]
prefix = "C-a"
prefix2 = "M-Space"
escape-time = "0"
repeat-time = "1500ms"
status-interval = "90s"
copy-command = "printf '%s' \\"x\\" \\\\ | xclip"
default-path = "~/src"
main-pane-width = "50%"
status-left = '#{?prefix,#[reverse] ^ ,}"#S" %H'
status-style = "default,us=#102030,nobold,curly-underscore"
update-environment = []
clock-mode-colour = "colour208"
[keys]
"\\"" = "split-window"
'\\' = "split-window -h"
"'" = false
r = { command = "new-window \\"a b\\"", repeat = true }
[keys.root]
"M-1" = "send-keys 'x'"
[keys.copy-vi]
"C-é" = "send-keys é"
[servers.one]
addr = "tcp://[::1]:7000"
default = true
[servers.two]
ssh_host = "ann@box"
ssh_tunnel = true
remote_addr = "tcp://localhost:1"
secret_file = "~/x"
tunnel_idle = "90m"
[env]
A = "tab\\there \\u007f \\n'\\""
_b = ""
[presets.p]
harness = "h"
args = ["a b", "c\\"d'"]
resume = false
history = 10
env = { X = "1" }
[presets.q]
[server]
listen = ["tls://[::]:9999", "tcp://localhost:1", "unix:///tmp/x"]
advertise = true
`;

test("what is shown reads back to equal settings", () => {
  const { config, problems } = readText(TEXT);
  expect(problems).toEqual([]);
  const again = readText(showConfig(config));
  expect(again.problems).toEqual([]);
  expect(again.config).toEqual(config);
  expect(showConfig(again.config)).toBe(showConfig(config));
});

test("the defaults are shown with the help and default of every option", () => {
  const shown = showConfig(defaultConfig());
  for (const [name, row] of allOptions()) {
    expect(shown).toContain(`# ${row.help}\n# ${row.type.kind}, ${row.scope}; default: `);
    expect(shown).toContain(`\n${name} = `);
  }
  expect(readText(shown)).toEqual({ config: defaultConfig(), problems: [], missing: false });
});
