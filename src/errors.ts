/**
 * Every error a user can meet: a code, what is wrong, where, what was expected and what to do.
 * One thrown TuneError may carry many problems, so that a file is mended in one go.
 */
import { printable } from './text.ts';

/** Exit code and general advice of every error code. */
export const errorCodes = {
  USAGE: { exit: 2, help: 'Run `tune --help` for the commands and their options.' },
  FILE_UNREADABLE: { exit: 2, help: 'Check the path and its permissions.' },
  SPACE_INVALID: { exit: 2, help: 'Mend the lines above; `tune validate <space.json>` checks them without training.' },
  DATA_INVALID: { exit: 2, help: 'Mend the data file or the "data" section of the space file.' },
  MODEL_INVALID: { exit: 2, help: 'Mend the "model" or the "train" section of the space file.' },
  TRAINER_INVALID: {
    exit: 2,
    help: 'A trainer module exports one default function: ({ config, seed, report }) => value.',
  },
  IMPORT_INVALID: { exit: 2, help: 'Run `tune import --help` for the files that can be imported.' },
  REQUEST_INVALID: { exit: 2, help: 'Run `tune serve --help` for the requests and their keys.' },
  STUDY_UNKNOWN: { exit: 2, help: 'Run `tune list` to list the studies in this folder.' },
  STUDY_CHANGED: {
    exit: 2,
    help: 'Give the space file a new "name", or start over with --fresh. Ranges, choices, defaults and constraints of what is searched may change.',
  },
  STUDY_IN_USE: {
    exit: 2,
    help: 'Wait for the other process, or give the study another name. Processes that all say --join share one.',
  },
  CONFIG_INVALID: { exit: 2, help: 'Enqueue values that the space allows; what is left out the sampler chooses.' },
  TRIAL_UNKNOWN: { exit: 2, help: 'Tell and report need the id of a running trial that ask() returned.' },
  MEASUREMENT_INVALID: {
    exit: 2,
    help: 'Steps are whole numbers from 1 that grow within a trial; values are numbers.',
  },
  STORAGE_FAILED: {
    exit: 1,
    help: 'Mend what stands in the way or choose another folder; everything acknowledged so far is kept.',
  },
  DISK_FULL: {
    exit: 5,
    help: 'Free some disk space and run the same command again: it goes on, and everything acknowledged so far is kept.',
  },
  SPACE_EXHAUSTED: { exit: 1, help: 'Loosen the constraints: no configuration that satisfies them was found.' },
  NO_COMPLETE_TRIAL: {
    exit: 1,
    help: 'Look at the failures in the report; lower learning rates are a good first try.',
  },
  BACKEND_UNAVAILABLE: { exit: 3, help: 'Run `tune doctor --fix`.' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** A place in a user's file; line and column count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Number of characters the caret underlines. Default 1. */
  readonly length?: number;
  /** The text of that line, for the caret. */
  readonly source?: string;
}

/** One thing that is wrong. */
export interface Problem {
  readonly message: string;
  readonly where?: Location;
  /** The part of a space file that is meant, from its root, for those who know where the file has it. */
  readonly path?: readonly (string | number)[];
  /** What would have been right: "a number from 0 to 1". */
  readonly expected?: string;
  /** What to do: 'did you mean "units"?' */
  readonly hint?: string;
}

/** The only error class this package throws on purpose. Its message lists every problem. */
export class TuneError extends Error {
  override readonly name = 'TuneError';
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, problems: string | Problem | readonly Problem[], options?: { cause?: unknown }) {
    const list = typeof problems === 'string' ? [{ message: problems }] : [problems].flat();
    super(list.map(formatProblem).join('\n'), options);
    this.code = code;
    this.problems = list;
  }

  /** Exit code of the command that ends with this error. */
  get exitCode(): number {
    return errorCodes[this.code].exit;
  }

  /** What to do about errors of this kind. */
  get help(): string {
    return errorCodes[this.code].help;
  }
}

/** "file:line:column: message", the line with a caret under it, then what was expected and what to do. */
export function formatProblem(problem: Problem): string {
  const { where, message, expected, hint } = problem;
  const place = where
    ? [printable(where.file), where.line, where.column].filter(part => part !== undefined).join(':')
    : '';
  const lines = [place ? `${place}: ${printable(message)}` : printable(message)];
  if (where?.source !== undefined && where.column !== undefined) {
    // A window around the column keeps minified files readable.
    const start = Math.max(0, where.column - 61);
    const window = printable(where.source.slice(start, start + 120).replaceAll('\t', ' '));
    lines.push(
      `    ${window}`,
      `    ${' '.repeat(where.column - 1 - start)}${'^'.repeat(Math.max(1, Math.min(where.length ?? 1, 60)))}`,
    );
  }
  if (expected !== undefined) lines.push(`    expected ${printable(expected)}`);
  if (hint !== undefined) lines.push(`    ${printable(hint)}`);
  return lines.join('\n');
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Code, message and problems of anything that was thrown, for programs. */
export function describeError(error: unknown) {
  if (!(error instanceof TuneError)) return { code: 'INTERNAL', message: messageOf(error), problems: [] };
  return { code: error.code, message: error.message, problems: error.problems };
}
