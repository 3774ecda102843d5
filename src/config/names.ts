/** Names of servers, presets and the like: what can be part of a target such as `server:session/window.pane`. */
import { FugueError } from "../base/errors.ts";
import { quoteShort } from "./problem.ts";

const LONGEST_NAME = 64;

/** Whether a name can be part of a target such as `server:session`. @throws FugueError `usage` that says why not */
export function checkName(name: string): void {
  const bad = /[:/.%\s\p{C}]/u.exec(name)?.[0];
  const hint = "names hold no : / . %, no blanks or control characters, and begin with no -";
  if (name === "" || name.length > LONGEST_NAME) {
    throw new FugueError(
      "usage", name === "" ? "the name is empty" : "the name is too long", `1 to ${LONGEST_NAME} characters`,
    );
  }
  if (bad !== undefined) throw new FugueError("usage", `the name holds ${quoteShort(bad)}`, hint);
  if (name.startsWith("-")) throw new FugueError("usage", "the name begins with '-'", hint);
}
