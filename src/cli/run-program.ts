/** Runs the command that the arguments name; errors end in words and an exit code. */
import { exitCodeOf, reportError } from './failure.ts';
import { createProgram } from './program.ts';

export async function runProgram(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    reportError(error, { json: process.argv.includes('--json') });
    process.exitCode = exitCodeOf(error);
  }
}
