/** Puts our own editing controls in the place of xterm's, which are slow, unbounded or wrong at an edge. */
import { SLOW_ROWS } from "./fast-edit.ts";
import type { SequenceId, XtermParams } from "./internals.ts";
import type { Parts } from "./parts.ts";
import { clearScrollback } from "./scrollback.ts";

/** Replaces the handlers of editing controls, printing, scrolling and RIS. */
export function registerEdits(parts: Parts): void {
  const { core, edit, print, screen } = parts;
  const input = core._inputHandler;
  const parser = input._parser;
  const csi = (id: SequenceId, run: (params: Int32Array, given: XtermParams) => void): void => {
    parser.clearCsiHandler(id);
    parser.registerCsiHandler(id, (given) => {
      run(given.params, given);
      return true;
    });
  };
  const esc = (final: string, run: () => void, intermediates?: string): void => {
    const id = intermediates === undefined ? { final } : { final, intermediates };
    parser.clearEscHandler(id);
    parser.registerEscHandler(id, () => {
      run();
      return true;
    });
  };
  csi({ final: "J" }, (params, given) => {
    if (params[0] === 3) clearScrollback(parts, true);
    else if (!edit.eraseInDisplay(params[0]!)) {
      screen.countRows(SLOW_ROWS * screen.rows);
      input.eraseInDisplay(given);
    }
  });
  csi({ prefix: "?", final: "J" }, (params) => edit.eraseUnprotected(params[0]!));
  csi({ final: "L" }, (params) => edit.insertRows(params[0] || 1));
  csi({ final: "M" }, (params) => edit.deleteRows(params[0] || 1));
  csi({ final: "S" }, (params) => edit.scrollUp(params[0] || 1));
  csi({ final: "T" }, (params) => edit.scrollDown(params[0] || 1));
  csi({ final: "I" }, (params) => edit.tab(params[0] || 1, true));
  csi({ final: "Z" }, (params) => edit.tab(params[0] || 1, false));
  csi({ final: "@" }, (params) => edit.shiftCells(params[0] || 1, true));
  csi({ final: "P" }, (params) => edit.shiftCells(params[0] || 1, false));
  csi({ intermediates: " ", final: "@" }, (params) => edit.shiftColumns(0, params[0] || 1, false));
  csi({ intermediates: " ", final: "A" }, (params) => edit.shiftColumns(0, params[0] || 1, true));
  csi({ intermediates: "'", final: "}" }, (params) => edit.shiftColumns(screen.buffer.x, params[0] || 1, true));
  csi({ intermediates: "'", final: "~" }, (params) => edit.shiftColumns(screen.buffer.x, params[0] || 1, false));
  csi({ final: "b" }, (params) => print.repeat(params[0] || 1));
  esc("M", () => edit.reverseIndex());
  esc("8", () => edit.alignmentPattern(), "#");
  esc("c", () => parts.reset());
  for (const control of ["\n", "\v", "\f"]) {
    parser.setExecuteHandler(control, () => {
      print.lineFeed();
      return true;
    });
  }
  input.print = (data, start, end) => {
    for (let i = start; i < end; i++) print.print(data[i]!);
  };
  parser.setPrintHandler(input.print);
  core._bufferService.scroll = (_attributes, wrapped = false) => screen.scroll(wrapped);
  input._dirtyRowTracker = screen.dirty;
}
