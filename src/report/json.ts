/** report.json: the report as it is. JSON has no NaN and no Infinity, so they become strings of that name. */

/** One JSON document for machines, with a line break at its end. */
export function toJsonText(document: unknown): string {
  return `${JSON.stringify(document, withOddNumbers, 2)}\n`;
}

/** The same on a single line. */
export function toJsonLine(document: unknown): string {
  return `${JSON.stringify(document, withOddNumbers)}\n`;
}

function withOddNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
