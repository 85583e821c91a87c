#!/usr/bin/env node
/** The `tune` program. */
import { hideAddresses } from './process-title.ts';
import { tolerateClosedPipes } from './streams.ts';

tolerateClosedPipes();
hideAddresses();
const [command, ...others] = process.argv.slice(2);
// Other programs start this one, again and again: it loads nothing that it does not need.
if (command === 'serve' && others.length === 0) await (await import('../serve/serve.ts')).serveProcess();
else await (await import('./run-program.ts')).runProgram();
