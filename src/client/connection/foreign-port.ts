/** What to say if the port that a tunnel should hold is somebody else's, and not the expected server is behind it. */
import { asFugueError, FugueError } from "../../base/errors.ts";

/**
 * The error of a handshake, with the name of who holds the port.
 * @param foreign as in `Dialed`: undefined if the port is ours, and the error is what it is
 */
export function explainForeign(thrown: unknown, foreign: string | undefined): FugueError {
  const error = asFugueError(thrown);
  if (foreign === undefined) return error;
  return new FugueError(
    error.code, `the local port is taken by ${foreign}, and the expected server is not behind it: ${error.message}`,
    "end that program, or give the server another port in addr", error,
  );
}
