/** What commands say beside their results, and what becomes of output whose reader has gone: `tune list | head`. */
import { printable } from '../text.ts';

/** One line on stderr. */
export function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** Without a reader of the results the program is done; without one of the talk it goes on in silence. */
export function tolerateClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
