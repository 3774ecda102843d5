/** Runs a clipboard tool on this machine. */

/**
 * Runs a program with an input and nothing else to hold on to: tools that stay in the background to serve the
 * clipboard must not keep a pipe of ours open. @returns the exit status. @throws if the program cannot be run
 */
export async function spawnTool(argv: readonly string[], stdin: Uint8Array, signal: AbortSignal): Promise<number> {
  const child = Bun.spawn([...argv], { stdin, stdout: "ignore", stderr: "ignore", signal });
  return child.exited;
}

/** Whether a program is in the PATH. */
export function hasProgram(program: string): boolean {
  return Bun.which(program) !== null;
}
