/** Whether a process lives. */
import { systemCode } from "./errors.ts";

/**
 * Also of other users' processes, and of those that have ended and were not waited for (kill(2), signal 0). The number
 * may by now be another process's.
 * @param pid above 0
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== "ESRCH";
  }
}
