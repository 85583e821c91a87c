/** Runs the command that the arguments name; errors end in words and an exit code. */
import { exitCodeOf, reportError } from './failure.ts';
import { createProgram } from './program.ts';

export async function runProgram(): Promise<void> {
  hideSecrets(process.argv.slice(2));
  try {
    await createProgram().parseAsync();
  } catch (error) {
    reportError(error, { json: process.argv.includes('--json') });
    process.exitCode = exitCodeOf(error);
  }
}

/** Everyone on a machine sees the arguments of its processes; a title takes their place. */
function hideSecrets(args: readonly string[]): void {
  const secret = /:\/\/[^/\s]*:[^/\s]*@|[?&]password=/;
  if (args.some(arg => secret.test(arg))) process.title = `tune ${args.filter(arg => !secret.test(arg)).join(' ')}`;
}
