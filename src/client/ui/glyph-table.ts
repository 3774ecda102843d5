/**
 * Stand-ins for characters that blessed would measure wrongly. Its tables know Unicode 6; whatever is not ASCII goes
 * through it as characters of the private use area, one for each column, and the cells are put back afterwards.
 */
import type { Grid } from "../../terminal/grid.ts";
import type { TextCell } from "./cell-text.ts";

const FIRST = 0xe000;
/** Right half of a wide character. */
const FILLER = 0xf8ff;
const LAST = FILLER - 1;

export class GlyphTable {
  private readonly codes = new Map<string, number>();
  private readonly cells: TextCell[] = [];

  /** True once more than half of the stand-ins are given away: a good moment to `clear`. */
  get crowded(): boolean {
    return this.cells.length > (LAST - FIRST) / 2;
  }

  /** Forgets all stand-ins. What was drawn with them has to be drawn again. */
  clear(): void {
    this.codes.clear();
    this.cells.length = 0;
  }

  /** Text of as many UTF-16 units as the cells have columns. Cells beyond the table's 6,399 become question marks. */
  encode(cells: readonly TextCell[]): string {
    let out = "";
    for (const cell of cells) {
      const code = cell.char.length === 1 ? cell.char.charCodeAt(0) : 0;
      if (code >= 0x20 && code < 0x7f) out += cell.char;
      else out += this.standIn(cell);
    }
    return out;
  }

  private standIn(cell: TextCell): string {
    let code = this.codes.get(cell.char);
    if (code === undefined) {
      code = FIRST + this.cells.length;
      if (code > LAST) return "?".repeat(cell.width);
      this.codes.set(cell.char, code);
      this.cells.push(cell);
    }
    return cell.width === 2 ? String.fromCharCode(code, FILLER) : String.fromCharCode(code);
  }

  /** Puts the characters back into cells that were parsed from blessed's output. */
  restore(grid: Grid): void {
    const { codes, widths, cols } = grid;
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!;
      if (code < FIRST || code > FILLER) continue;
      const cell = this.cells[code - FIRST];
      const isWide = cell?.width === 2;
      const hasRoom = (i + 1) % cols !== 0 && codes[i + 1] === FILLER;
      if (!cell || (isWide && !hasRoom)) {
        codes[i] = 0;
        continue;
      }
      grid.setChar(i, cell.char);
      if (!isWide) continue;
      widths[i] = 2;
      codes[i + 1] = 0;
      widths[i + 1] = 0;
    }
  }
}
