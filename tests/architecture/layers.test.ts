/** Who may import whom: the table of docs/ARCHITECTURE.md, enforced; no cycles; third-party packages have one owner. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";

const root = join(import.meta.dir, "../../src");

/** Folder -> folders it may import. More specific folders come first. */
const LAYERS: Record<string, string[]> = {
  base: [],
  protocol: ["base"],
  terminal: ["base"],
  config: ["base"],
  commands: ["base", "protocol", "config"],
  trust: ["base", "config"],
  transport: ["base", "trust"],
  tunnel: ["base", "config", "trust", "transport"],
  keeper: ["base", "transport"],
  agents: ["base", "config", "terminal"],
  harness: ["base", "config", "agents"],
  server: ["base", "protocol", "terminal", "config", "commands", "trust", "transport", "keeper", "agents", "harness"],
  client: ["base", "protocol", "terminal", "commands", "config", "trust", "transport"],
  mcp: ["base", "protocol", "commands", "config", "transport", "client"],
  cli: ["base", "protocol", "commands", "config", "client"],
  roles: ["base", "protocol", "terminal", "config", "commands", "trust", "transport", "tunnel", "keeper", "server", "client", "mcp", "cli"],
};

/** Third-party packages and the one folder that may import each. */
const OWNERS: [pattern: RegExp, folder: string][] = [
  [/^@xterm\//, "terminal"],
  [/^ssh2/, "tunnel"],
  [/^neo-blessed/, "client/ui"],
  [/^cbor-x/, "protocol"],
  [/^citty/, "cli"],
  [/^consola/, "cli"],
  [/^multicast-dns/, "transport"],
  [/^(@peculiar\/x509|reflect-metadata)/, "trust"],
  [/^@modelcontextprotocol\//, "mcp"],
];

interface Import {
  from: string;
  to: string;
}

const files = [...new Bun.Glob("**/*.ts").scanSync(root)].filter((f) => !f.endsWith(".d.ts")).sort();

const imports: Import[] = files.flatMap((from) => {
  const source = readFileSync(join(root, from), "utf8");
  return ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => ({
    from,
    to: fileName.startsWith(".") ? normalize(join(dirname(from), fileName)) : fileName,
  }));
});

const folderOf = (file: string) => file.split("/")[0]!;
const isOwn = (to: string) => files.includes(to);

test("folders import only what lies below them", () => {
  const bad = imports.filter(({ from, to }) => {
    if (!isOwn(to) || !from.includes("/") || folderOf(from) === folderOf(to)) return false;
    return !LAYERS[folderOf(from)]?.includes(folderOf(to));
  });
  expect(bad).toEqual([]);
});

test("every folder of src is in the table", () => {
  const folders = new Set(files.filter((f) => f.includes("/")).map(folderOf));
  expect([...folders].filter((f) => !(f in LAYERS))).toEqual([]);
});

test("of the keeper the server knows only its protocol", () => {
  const bad = imports.filter(({ from, to }) => folderOf(from) === "server" && to.startsWith("keeper/") && to !== "keeper/protocol.ts");
  expect(bad).toEqual([]);
});

test("mcp and cli use only the client's connections", () => {
  const bad = imports.filter(({ from, to }) => ["mcp", "cli"].includes(folderOf(from)) && to.startsWith("client/") && !to.startsWith("client/connection/"));
  expect(bad).toEqual([]);
});

test("every import of ours names a file that exists", () => {
  const bad = imports.filter(({ to }) => to.endsWith(".ts") && !to.startsWith("..") && !isOwn(to) && !to.endsWith(".d.ts"));
  expect(bad).toEqual([]);
});

test("third-party packages are imported by their owner only", () => {
  const bad = imports.filter(({ from, to }) => OWNERS.some(([pattern, folder]) => pattern.test(to) && !from.startsWith(`${folder}/`)));
  expect(bad).toEqual([]);
});

test("there are no cycles between files", () => {
  const graph = new Map<string, string[]>();
  const eager = imports.filter(({ to }) => isOwn(to)).filter(({ from, to }) => !isTypeOnlyOrLazy(from, to));
  for (const { from, to } of eager) graph.set(from, [...(graph.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) return void cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

/** `import type` and `import()` do not tie files together at load time. */
function isTypeOnlyOrLazy(from: string, to: string): boolean {
  const source = ts.createSourceFile(from, readFileSync(join(root, from), "utf8"), ts.ScriptTarget.Latest);
  return !source.statements.some((s) => {
    if (!ts.isImportDeclaration(s) && !ts.isExportDeclaration(s)) return false;
    const name = s.moduleSpecifier && ts.isStringLiteral(s.moduleSpecifier) ? s.moduleSpecifier.text : "";
    if (normalize(join(dirname(from), name)) !== to) return false;
    if (ts.isExportDeclaration(s)) return !s.isTypeOnly;
    if (s.importClause?.isTypeOnly) return false;
    const bindings = s.importClause?.namedBindings;
    const onlyTypes = bindings && ts.isNamedImports(bindings) && !s.importClause?.name && bindings.elements.every((e) => e.isTypeOnly);
    return !onlyTypes;
  });
}

test("tests mirror the folders they test", () => {
  const unit = join(root, "../tests/unit");
  const bad = [...new Bun.Glob("**/*.test.ts").scanSync(unit)].map((f) => relative(".", dirname(f))).filter((d) => !files.some((f) => f.startsWith(`${d}/`)));
  expect(bad).toEqual([]);
});
