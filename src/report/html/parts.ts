/** What sections of the page are built from. */
import type { Chart } from '../charts/chart.ts';
import { left, right, type Column } from '../columns.ts';
import { markup, trusted, type Content, type Markup } from './markup.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  /** In the list of contents, where the title is too long for it. */
  readonly short?: string;
  readonly content: Content;
}

/** A cell with what a click on its column's title sorts it by, where that is not its text. */
export interface Cell {
  readonly content: Content;
  readonly order: number;
}

export interface Row {
  readonly cells: readonly (Content | Cell)[];
  /** Attributes of the row for scripts and styles: data-trial="7". */
  readonly data?: Readonly<Record<string, string | number>>;
}

export interface Table {
  /** What it shows: heard, not seen. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Styles go by it. */
  readonly kind?: string;
}

/** The first cell of a row is its title. */
export function table({ caption, columns, rows, kind }: Table): Markup {
  const head = columns.map(({ title, align }) => markup`<th scope="col" class="${align}">${title}</th>`);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
<table${kind !== undefined && markup` class="${kind}"`}>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map(row => tableRow(row, columns))}</tbody>
</table>
</div>
`;
}

function tableRow({ cells, data = {} }: Row, columns: readonly Column[]): Markup {
  const attributes = Object.entries(data).map(([name, value]) => markup` data-${name}="${value}"`);
  const shown = cells.map((cell, index) => {
    const order = isCell(cell) && markup` data-order="${cell.order}"`;
    const content = isCell(cell) ? cell.content : cell;
    const side = columns[index]!.align;
    return index === 0
      ? markup`<th scope="row" class="${side}"${order}>${content}</th>`
      : markup`<td class="${side}"${order}>${content}</td>`;
  });
  return markup`<tr${attributes}>${shown}</tr>\n`;
}

function isCell(cell: Content | Cell): cell is Cell {
  return typeof cell === 'object' && 'order' in cell;
}

/** Drawing, finding, and the numbers behind them. */
export function figure({ id, title, finding, svg, table: { caption, columns, rows } }: Chart): Markup {
  const isNumeric = columns.map((_, index) => rows.every(row => looksNumeric(row[index]!)));
  const data = table({
    caption: `${title}: data`,
    columns: columns.map((name, index) => (isNumeric[index] ? right(name) : left(name))),
    rows: rows.map(cells => ({ cells })),
  });
  return markup`<figure id="chart-${id}"${isWide(svg) && markup` class="wide"`}>
<figcaption><h3>${title}</h3><p>${finding}</p></figcaption>
${trusted(svg)}
<details id="chart-${id}-data"><summary>Data</summary>
${caption !== undefined && markup`<p class="note">${caption}</p>\n`}${data}</details>
</figure>
`;
}

/** Such a drawing has its caption above it, not beside it. */
function isWide(svg: string): boolean {
  return Number(/ width="(\d+)"/.exec(svg)?.[1]) > 640;
}

export function figures(charts: readonly (Chart | undefined)[]): Content {
  return charts.map(chart => chart && figure(chart));
}

function looksNumeric(text: string): boolean {
  return /^[-–+x×~≈]?\s?[\d.,]+(?:e[-+]?\d+)?(?:\s?(?:%|s|ms|min|h))?$|^[-–]?$/.test(text);
}
