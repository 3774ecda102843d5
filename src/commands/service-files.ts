/** Units of the system's service managers: systemd's user units (systemd.service(5)) and launchd's agents (launchd.plist(5)). */
import { join } from "node:path";

/** What a unit starts. */
export interface ServiceFacts {
  /** The executable. */
  readonly executable: string;
  /** FUGUE_HOME, where it is set. */
  readonly fugueHome: string | undefined;
}

export const SYSTEMD_UNIT = "fugue.service";
export const LAUNCHD_LABEL = "fugue.server";

/** Where the unit of this kind of system belongs. */
export function serviceFile(platform: string, env: Readonly<Record<string, string | undefined>>): string {
  const home = env.HOME ?? "/";
  if (platform === "darwin") return join(home, "Library", "LaunchAgents", `${LAUNCHD_LABEL}.plist`);
  return join(env.XDG_CONFIG_HOME || join(home, ".config"), "systemd", "user", SYSTEMD_UNIT);
}

/** The text of the unit. */
export function serviceText(platform: string, facts: ServiceFacts): string {
  return platform === "darwin" ? launchdText(facts) : systemdText(facts);
}

/** A word of a command line of systemd: quoted, with its specifiers and variables taken literally. */
function systemdWord(word: string): string {
  return `"${word.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;
}

function systemdText({ executable, fugueHome }: ServiceFacts): string {
  const home = fugueHome === undefined ? "" : `Environment=${systemdWord(`FUGUE_HOME=${fugueHome}`).replaceAll("$$", "$")}\n`;
  return `[Unit]
Description=fugue, a terminal multiplexer
Documentation=man:fugue(1)

[Service]
ExecStart=${systemdWord(executable)} serve
${home}# the keeper ends programs and daemon in order; what is left after that is killed
KillMode=mixed
TimeoutStopSec=10
Restart=on-failure
RestartSec=5
# a program that needs too much memory is its own affair
OOMPolicy=continue
TasksMax=infinity

[Install]
WantedBy=default.target
`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function launchdText({ executable, fugueHome }: ServiceFacts): string {
  const home = fugueHome === undefined ? "" : `
  <key>EnvironmentVariables</key>
  <dict><key>FUGUE_HOME</key><string>${xml(fugueHome)}</string></dict>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${LAUNCHD_LABEL}</string>
  <key>ProgramArguments</key>
  <array><string>${xml(executable)}</string><string>serve</string></array>${home}
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ProcessType</key><string>Interactive</string>
</dict>
</plist>
`;
}
