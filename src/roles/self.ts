/** How this executable starts itself in another role: compiled, or run from source by the runtime. */

/** A compiled executable's own files lie in the runtime's virtual file system. */
const isCompiled = Bun.main.startsWith("/$bunfs/") || Bun.main.startsWith("B:");

/** argv of a process that plays a role. */
export function selfCommand(role: string): string[] {
  return isCompiled ? [process.execPath, role] : [process.execPath, Bun.main, role];
}

/** The environment of such a process: without what would make the runtime behave differently. */
export function selfEnvironment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const { BUN_OPTIONS: _options, BUN_BE_BUN: _be, ...rest } = env;
  return rest;
}
