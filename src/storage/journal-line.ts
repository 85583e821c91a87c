/**
 * One line of a journal in Optuna's format: a JSON object with an operation, as JournalStorage of Optuna 5.0 writes and
 * reads it. Ours carry two keys more, which Optuna passes over: `seq` counts them, `crc` is the CRC-32 of the line
 * without it.
 */
import { crc32 } from 'node:zlib';

export const operations = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttr: 2,
  createTrial: 4,
  setTrialParam: 5,
  setTrialState: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttr: 8,
  setTrialSystemAttr: 9,
} as const;

export const states = { running: 0, complete: 1, pruned: 2, failed: 3, waiting: 4 } as const;

export const directionNumbers = { minimize: 1, maximize: 2 } as const;

/** What our lines name as their writer. */
export const workerId = 'tfjs-tune';

/** Fields by operation; `unknown` ones are checked where they are read. */
export interface JournalLine {
  readonly op_code: number;
  readonly [field: string]: any;
}

/** The end of a line of ours: this, eight digits, a quote and a brace. */
const crcKey = ',"crc":"';
const crcLength = crcKey.length + 10;

/** The text of a line, without its line break. */
export function formatLine(line: JournalLine, seq: number): string {
  const quoted = JSON.stringify({ ...line, worker_id: workerId, seq });
  // Python's JSON has these numbers without quotes.
  const isNamed = typeof line['intermediate_value'] === 'string';
  const bare = isNamed ? quoted.replace(/"intermediate_value":"([^"]*)"/, '"intermediate_value":$1') : quoted;
  const text = line.op_code === operations.setTrialState ? bare.replace(/"values":\[[^\]]*\]/, withPoints) : bare;
  return `${text.slice(0, -1)},"crc":"${crc32(text).toString(16).padStart(8, '0')}"}`;
}

/** Optuna's values are floats: where all are whole numbers to Python, its sampler for several objectives fails. */
function withPoints(values: string): string {
  return values.replaceAll(/-?\d+(?=[,\]])/g, (digits, place: number) => {
    return /[[,]/.test(values[place - 1]!) ? `${digits}.0` : digits;
  });
}

/** Undefined when the text is no JSON object, or not the one that was written. */
export function parseLine(bytes: Buffer): JournalLine | undefined {
  const text = bytes.toString();
  if (text.startsWith(crcKey, text.length - crcLength)) {
    const crc = crc32('}', crc32(bytes.subarray(0, -crcLength)));
    if (Number.parseInt(text.slice(-10, -2), 16) !== crc) return undefined;
  }
  const line = parseJson(text) ?? parseJson(quoteNumbers(text));
  return typeof line === 'object' && line !== null && 'op_code' in line ? (line as JournalLine) : undefined;
}

/** A number as this format keeps it: NaN and the infinities as their names. */
export function storedNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Python's bare NaN and Infinity as strings, which Number() reads; those inside strings stay. */
export function quoteNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, token => (token.startsWith('"') ? token : `"${token}"`));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
