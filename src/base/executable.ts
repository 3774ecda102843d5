/** How this executable is started again: compiled, or run from source by the runtime. */

/** A compiled executable's own files lie in the runtime's virtual file system. */
const isCompiled = Bun.main.startsWith("/$bunfs/") || Bun.main.startsWith("B:");

/** The first words of a command line that runs this same fugue. */
export function selfArgv(): string[] {
  return isCompiled ? [process.execPath] : [process.execPath, Bun.main];
}
