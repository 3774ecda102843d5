/** What lists say of a pane: its program and folder, or where it leads if it is a link. */
import { printable } from "../base/names.ts";
import type { PaneInfo } from "./context.ts";
import { cell } from "./text-table.ts";

/** `link to SERVER:%PANE`; undefined for a pane with a program. */
export function linkText({ link }: Pick<PaneInfo, "link">): string | undefined {
  return link && `link to ${printable(link.name)}:%${link.pane}`;
}

/** Columns of a pane in a list: program, folder, title. A link has only the first. */
export function paneCells(pane: PaneInfo): string[] {
  const link = linkText(pane);
  if (link !== undefined) return [link, "", ""];
  const program = pane.exit ? `${cell(pane.program, 40)} (${ending(pane.exit)})` : cell(pane.program, 40);
  return [program, cell(pane.cwd, 60), cell(pane.title, 60)];
}

function ending(exit: { code: number | null; signal: string | null }): string {
  return exit.signal !== null ? `ended by ${cell(exit.signal)}` : `ended with ${exit.code ?? "unknown status"}`;
}
