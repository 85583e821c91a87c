/** Tables of text whose columns line up, for terminals and for Markdown that is read as it is. */
import { lengthOf } from './cut.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Pads the cells of every row to the width of their column. */
export function padColumns(columns: readonly Column[], rows: readonly (readonly string[])[]): string[][] {
  const widths = columns.map((_, index) => rows.reduce((width, row) => Math.max(width, lengthOf(row[index]!)), 0));
  return rows.map(row =>
    row.map((cell, index) => {
      const padding = ' '.repeat(widths[index]! - lengthOf(cell));
      return columns[index]!.align === 'right' ? padding + cell : cell + padding;
    }),
  );
}

/** Lines of a table for terminals: a title over each column, two spaces between them. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  return padColumns(columns, [columns.map(({ title }) => title), ...rows]).map(row => row.join('  ').trimEnd());
}

/** Lines of a Markdown table. Cells must be Markdown already. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const [titles, ...cells] = padColumns(columns, [columns.map(({ title }) => title), ...rows]);
  // Three dashes and a colon make the shortest rule that every renderer knows.
  const rules = titles!.map((title, index) => {
    const dashes = '-'.repeat(Math.max(3, lengthOf(title) - 1));
    return columns[index]!.align === 'right' ? `${dashes}:` : `${dashes}-`;
  });
  return [titles!, rules, ...cells].map(row => `| ${row.join(' | ')} |`);
}

/** A column of words. */
export function left(title: string): Column {
  return { title, align: 'left' };
}

/** A column of numbers. */
export function right(title: string): Column {
  return { title, align: 'right' };
}
