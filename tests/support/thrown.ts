/** Errors as values, so that a test can look at their code, message and hint. */
import { FugueError, type ErrorCode } from "../../src/base/errors.ts";

/** The FugueError that `run` throws; anything else fails the test. */
export function thrownBy(run: () => unknown): FugueError {
  try {
    run();
  } catch (error) {
    if (error instanceof FugueError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** The FugueError that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<FugueError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof FugueError) return error;
    throw error;
  }
  throw new Error("the promise was not rejected");
}

/** The code that `run` throws, or undefined if it throws nothing. */
export function codeThrownBy(run: () => unknown): ErrorCode | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof FugueError) return error.code;
    throw error;
  }
}
