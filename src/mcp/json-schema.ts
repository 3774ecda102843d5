/** JSON schemas of tools, from the argument and result tables of commands; and values made to fit them. */
import { FugueError } from "../base/errors.ts";
import { printable, suggestion } from "../base/names.ts";

/** The part of JSON Schema (2020-12) that tools are described with. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly minimum?: number;
}

const DEEPEST = 64;
const MOST_ITEMS = 10_000;

/**
 * Makes a value fit a schema: numbers, booleans, arrays and objects may come as strings of JSON, and one thing stands
 * for a list of it. Absent and null are the same.
 * @param path the argument's name, for messages
 * @throws FugueError `usage` that says what is wanted
 */
export function fitValue(schema: JsonSchema, value: unknown, path: string, depth = 0): unknown {
  if (depth > DEEPEST) throw new FugueError("usage", `'${path}' is nested too deep`);
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (types.length === 0) return plainJson(value, path, depth);
  for (const type of types) {
    const fitted = fitType(type, schema, value, path, depth);
    if (fitted !== undefined) return fitted;
  }
  throw new FugueError("usage", `'${path}' must be ${wanted(schema)}, not ${kindOf(value)}`);
}

/** @returns undefined if the value is of another type. */
function fitType(type: string, schema: JsonSchema, value: unknown, path: string, depth: number): unknown {
  switch (type) {
    case "string":
      return fitText(schema, value, path);
    case "integer":
    case "number":
      return fitNumber(type, schema, value);
    case "boolean":
      if (typeof value === "boolean") return value;
      return value === "true" ? true : value === "false" ? false : undefined;
    case "array":
      return fitList(schema, value, path, depth);
    case "object":
      return fitObject(schema, parsed(value), path, depth);
  }
  return undefined;
}

function fitText(schema: JsonSchema, value: unknown, path: string): string | undefined {
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== "string") return undefined;
  if (schema.enum && !schema.enum.includes(text)) {
    throw new FugueError(
      "usage", `'${path}' can't be '${printable(text, 60)}'`, suggestion(text, [...schema.enum], "choose from"),
    );
  }
  return text;
}

function fitNumber(type: "integer" | "number", schema: JsonSchema, value: unknown): number | undefined {
  const text = typeof value === "string" && /^\s*-?\d{1,15}(\.\d{1,15})?\s*$/.test(value) ? Number(value) : value;
  if (typeof text !== "number" || !Number.isFinite(text)) return undefined;
  if (type === "integer" && !Number.isSafeInteger(text)) return undefined;
  return text < (schema.minimum ?? -Infinity) ? undefined : text;
}

function fitList(schema: JsonSchema, value: unknown, path: string, depth: number): unknown[] | undefined {
  const given = typeof value === "string" && /^\s*\[/.test(value) ? parsed(value) : value;
  const items = Array.isArray(given) ? given : typeof given === "object" ? undefined : [given];
  if (!items || items.length > MOST_ITEMS) return undefined;
  return items.map((item, i) => fitValue(schema.items ?? {}, item, `${path}[${i}]`, depth + 1));
}

function fitObject(schema: JsonSchema, value: unknown, path: string, depth: number): object | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return fitFields(schema, value, (name) => (path === "" ? name : `${path}.${name}`), depth);
}

/**
 * Makes the fields of an object fit. @param label how a field is called in messages
 * @throws FugueError `usage` for fields that there are not, that are missing, or that don't fit
 */
export function fitFields(
  schema: JsonSchema, value: object, label: (name: string) => string = (name) => name, depth = 0,
): Record<string, unknown> {
  const fitted: Record<string, unknown> = Object.create(null);
  const known = schema.properties ?? {};
  for (const [name, field] of Object.entries(value)) {
    const shown = printable(label(name), 80);
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    const other = schema.additionalProperties;
    if (!own && other === false) {
      const hint = suggestion(name, Object.keys(known), "its arguments");
      throw new FugueError("usage", `there is no argument '${shown}'`, hint);
    }
    if (field === undefined || field === null) continue;
    fitted[name] = fitValue(own ?? (typeof other === "object" ? other : {}), field, shown, depth + 1);
  }
  for (const name of schema.required ?? []) {
    if (!(name in fitted)) throw new FugueError("usage", `'${printable(label(name), 80)}' is missing`);
  }
  return fitted;
}

/** JSON of any shape, bounded in depth. */
function plainJson(value: unknown, path: string, depth: number): unknown {
  if (depth > DEEPEST) throw new FugueError("usage", `'${path}' is nested too deep`);
  if (Array.isArray(value)) return value.map((item) => plainJson(item, path, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainJson(item, path, depth + 1)]));
}

/** What a string of JSON says; everything else, and what is no JSON, as it is. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  string: "a text", integer: "a whole number", number: "a number", boolean: "true or false", array: "a list",
  object: "an object",
};

function wanted(schema: JsonSchema): string {
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  const least = schema.minimum === undefined ? "" : ` of at least ${schema.minimum}`;
  return types.map((type) => `${NAMES[type] ?? type}${/integer|number/.test(type) ? least : ""}`).join(" or ");
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return `'${printable(value, 60)}'`;
  return typeof value === "object" ? "an object" : String(value);
}
