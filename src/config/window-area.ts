/** How much of a terminal a view leaves to its window: lines of its own take rows where there are enough. */
import type { Options } from "./options.ts";

/** The options that decide. */
export type AreaOptions = Pick<Options, "status" | "paneBorderStatus">;

/** Whether a terminal of so many rows shows the status line. */
export function showsStatus({ status }: AreaOptions, rows: number): boolean {
  return status && rows > 1;
}

/** Whether a row is left to the lines in panes' borders. */
export function showsPaneStatus({ paneBorderStatus }: AreaOptions, rows: number): boolean {
  return paneBorderStatus !== "off" && rows > 3;
}

/** Rows of the window in a terminal of so many rows, at least one. */
export function windowRows(options: AreaOptions, rows: number): number {
  return Math.max(1, rows - Number(showsStatus(options, rows)) - Number(showsPaneStatus(options, rows)));
}
