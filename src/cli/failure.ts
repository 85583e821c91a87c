/** Errors as people and programs see them: what is wrong, what to do, and an exit code; never a stack for a user's error. */
import { CommanderError } from 'commander';
import { describeError, formatProblem, messageOf, TuneError } from '../errors.ts';
import { toJsonText } from '../report/json.ts';
import { withShownAddresses } from '../storage/postgres/address.ts';
import { paintFor } from './paint.ts';

/** 0 for help and version, which commander throws too; the error's own code; 1 for what nobody expected. */
export function exitCodeOf(error: unknown): number {
  if (isFinishedHelp(error)) return 0;
  const known = asTuneError(error);
  return known ? known.exitCode : 1;
}

/** Writes the error to stderr, or as one JSON document to stdout. */
export function reportError(error: unknown, { json }: { readonly json: boolean }): void {
  if (isFinishedHelp(error)) return;
  if (json) process.stdout.write(withShownAddresses(toJsonText({ error: describe(error) })));
  else process.stderr.write(`${withShownAddresses(explain(error).join('\n'))}\n`);
}

function describe(error: unknown) {
  const known = asTuneError(error);
  return { ...describeError(known ?? error), ...(known && { help: known.help }) };
}

function explain(error: unknown): string[] {
  const paint = paintFor(process.stderr);
  const label = paint.red('error:');
  const stack = process.env.TUNE_DEBUG === '1' && error instanceof Error ? [String(error.stack)] : [];
  const known = asTuneError(error);
  if (known) return [...known.problems.map(problem => `${label} ${formatProblem(problem)}`), known.help, ...stack];
  const advice = 'This is a bug in tfjs-tune, please report it; TUNE_DEBUG=1 shows where it happened.';
  return [`${label} ${messageOf(error)}`, advice, ...stack];
}

function asTuneError(error: unknown): TuneError | undefined {
  if (error instanceof TuneError) return error;
  return error instanceof CommanderError ? new TuneError('USAGE', usageProblem(error.message)) : undefined;
}

/** "error: unknown option '--trails'\n(Did you mean --trials?)" as a problem with a hint. */
function usageProblem(message: string) {
  const [first = '', hint] = message.replace(/^error: /, '').split('\n');
  return { message: first, ...(hint !== undefined && { hint: hint.replace(/^\((.*)\)$/, '$1') }) };
}

function isFinishedHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
