/** Reads the fields of one table (a server, a preset): each by its kind, unknown ones with a suggestion. */
import type { Complaints } from "./problem.ts";
import { suggestion } from "./suggest.ts";
import type { TomlTable } from "./toml-document.ts";
import type { ValueType } from "./value-types.ts";

/** The fields a table may have, with their kinds. */
export type FieldTypes = Readonly<Record<string, ValueType<unknown>>>;

/** What was read of such a table; all fields may be missing. */
export type FieldValues<F extends FieldTypes> = { readonly [Name in keyof F]?: ReturnType<F[Name]["read"]> };

/**
 * Reads the fields of the table at `path`. Fields with mistakes are missing from the result, and `good` is false.
 * @param owner what has these fields, for messages: `a server`
 */
export function readFields<F extends FieldTypes>(
  path: readonly string[], raw: TomlTable, fields: F, owner: string, complaints: Complaints,
): { readonly values: FieldValues<F>; readonly good: boolean } {
  const values: Record<string, unknown> = {};
  let good = true;
  for (const [name, value] of Object.entries(raw)) {
    const at = [...path, name];
    if (!Object.hasOwn(fields, name)) {
      good = false;
      if (complaints.full) break;
      const hint = `the fields are ${Object.keys(fields).join(", ")}`;
      complaints.at(at, `unknown field of ${owner}`, suggestion(name, Object.keys(fields), hint));
      continue;
    }
    const read = complaints.try(at, () => ({ value: fields[name]!.read(value) }));
    if (read) values[name] = read.value;
    else good = false;
  }
  return { values: values as FieldValues<F>, good };
}
