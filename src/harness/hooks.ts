/** How agents are made to report what they do: settings and arguments with which they call `fugue agent hook`. Pure. */

/** Claude Code's events that are reported. */
const CLAUDE_EVENTS = ["SessionStart", "UserPromptSubmit", "PermissionRequest", "Stop", "StopFailure"];
/** Seconds after which Claude Code gives up on a hook. */
const HOOK_SECONDS = 5;

/** A word for sh(1). */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Settings for `claude --settings`: they are added to the user's own, whose hooks run as well. @param self argv of fugue */
export function claudeSettings(self: readonly string[]): string {
  const command = [...self, "agent", "hook", "claude"].map(quoted).join(" ");
  const hook = [{ hooks: [{ type: "command", command, timeout: HOOK_SECONDS }] }];
  return `${JSON.stringify({ hooks: Object.fromEntries(CLAUDE_EVENTS.map((event) => [event, hook])) }, undefined, 2)}\n`;
}

/** Arguments for codex: the program that is told of the end of each turn. A user's own stays, and then nothing is told. */
export function codexArguments(self: readonly string[], userConfig: string | undefined): string[] {
  if (userConfig !== undefined && /^\s*notify\s*=/m.test(userConfig)) return [];
  return ["-c", `notify=${JSON.stringify([...self, "agent", "hook", "codex"])}`];
}
