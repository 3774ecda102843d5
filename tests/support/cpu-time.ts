/** How much of a processor something takes: unlike the time on the wall that says nothing of what else the machine does. */

/** Milliseconds that this process computed while `run` ran, in all of its threads. */
export function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
