/** Tables as CSV by RFC 4180: a head, a comma between cells, CRLF at the end of every line, quotes where they must be. */

import type { Json } from '../space/space.ts';

export type Cell = string | number | boolean | undefined;

/** Lists and objects as their JSON text. */
export function jsonCell(value: Json | undefined): Cell {
  if (value === null) return 'null';
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

export function csvText(head: readonly string[], rows: Iterable<readonly Cell[]>): string {
  let text = csvLine(head);
  for (const row of rows) text += csvLine(row);
  return text;
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Quoted where it must be; text that spreadsheets would take for a formula gets an apostrophe before it. */
function csvCell(cell: Cell): string {
  if (typeof cell !== 'string') return cell === undefined ? '' : String(cell);
  return quoted(/^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell);
}

/** Text as one cell. */
export function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
