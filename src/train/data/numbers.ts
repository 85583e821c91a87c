/** Numbers in text, strictly: Number() takes "" for 0 and "0x1f" for 31, which no table means; and numbers in parts. */

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number a text stands for; undefined when it is no decimal number. */
export function parseNumber(text: string): number | undefined {
  return decimal.test(text) ? Number(text) : undefined;
}

/** Whether a number survives as float32, the type of all inputs and regression targets. */
export function fitsFloat32(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

export function concatenate<T extends Numbers>(Type: new (length: number) => T, parts: readonly T[]): T {
  const all = new Type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Some rows of a table: [rows, width] */
export function pickRows<T extends Numbers>(table: T, width: number, rows: Int32Array): T {
  const picked = new (table.constructor as new (length: number) => T)(rows.length * width);
  rows.forEach((row, place) => picked.set(table.subarray(row * width, (row + 1) * width), place * width));
  return picked;
}
