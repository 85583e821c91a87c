#!/usr/bin/env node
/** The `tune` program. */
import { exitCodeOf, reportError } from './failure.ts';
import { createProgram } from './program.ts';
import { tolerateClosedPipes } from './streams.ts';

tolerateClosedPipes();
try {
  await createProgram().parseAsync();
} catch (error) {
  reportError(error, { json: process.argv.includes('--json') });
  process.exitCode = exitCodeOf(error);
}
