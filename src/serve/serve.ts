/** `tune serve`: requests come in as lines, each is answered by one line, in order. */
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { describeError } from '../errors.ts';
import { toJsonLine } from '../report/json.ts';
import { linesOf } from './lines.ts';
import { longestLine, readRequest } from './request.ts';
import { openSession, type Session } from './session.ts';

/** Serves the program that started this one. */
export async function serveProcess(): Promise<void> {
  // Ctrl-C in a terminal reaches us too. The program that asks decides when to end: its end is that of our input.
  if (!process.stdin.isTTY) process.on('SIGINT', () => undefined);
  await serve(process.stdin, process.stdout);
}

/** Serves until the input ends; by then the study, if one is open, is closed. Blank lines are passed over. */
export async function serve(input: Readable, output: Writable): Promise<void> {
  const session = openSession();
  let number = 0;
  try {
    for await (const line of linesOf(input.setEncoding('utf8'), longestLine)) {
      number += 1;
      if (line.trim() === '') continue;
      const answer = toJsonLine(await answerTo(line, number, session));
      if (!output.write(answer)) await once(output, 'drain');
    }
  } finally {
    await session.close();
  }
}

/** Whatever goes wrong is an answer too. */
async function answerTo(line: string, number: number, session: Session): Promise<object> {
  try {
    return await session.answer(readRequest(line, number));
  } catch (error) {
    return { error: describeError(error) };
  }
}
