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
} as const;

export const states = { running: 0, complete: 1, pruned: 2, failed: 3, waiting: 4 } as const;

export const directionNumbers = { minimize: 1, maximize: 2 } as const;

/** Fields by operation; `unknown` ones are checked where they are read. */
export interface JournalLine {
  readonly op_code: number;
  readonly [field: string]: any;
}

const crcKey = /,"crc":"([0-9a-f]{8})"\}$/;

/** The text of a line, without its line break. */
export function formatLine(line: JournalLine, seq: number): string {
  const quoted = JSON.stringify({ ...line, worker_id: 'tfjs-tune', seq });
  // Python's JSON has these numbers without quotes.
  const isNamed = typeof line['intermediate_value'] === 'string';
  const text = isNamed ? quoted.replace(/"intermediate_value":"([^"]*)"/, '"intermediate_value":$1') : quoted;
  return `${text.slice(0, -1)},"crc":"${checksum(text)}"}`;
}

/** Undefined when the text is no JSON object, or not the one that was written. */
export function parseLine(text: string): JournalLine | undefined {
  const crc = crcKey.exec(text);
  if (crc && checksum(`${text.slice(0, crc.index)}}`) !== crc[1]) return undefined;
  const line = parseJson(text) ?? parseJson(quoteNumbers(text));
  return typeof line === 'object' && line !== null && 'op_code' in line ? (line as JournalLine) : undefined;
}

/** A number as this format keeps it: NaN and the infinities as their names. */
export function storedNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Python's bare NaN and Infinity as strings, which Number() reads; those inside strings stay. */
function quoteNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, token => (token.startsWith('"') ? token : `"${token}"`));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
