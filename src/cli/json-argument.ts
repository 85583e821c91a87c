/** Words of the command line that are JSON. */
import { TuneError } from '../errors.ts';
import { parseDocument } from '../space/document.ts';
import type { Json } from '../space/space.ts';

/**
 * @param name of the argument, for messages
 * @throws TuneError USAGE that shows where it is no JSON
 */
export function readJson(text: string, name: string): Json {
  try {
    return parseDocument(text, name).value;
  } catch (error) {
    if (!(error instanceof TuneError)) throw error;
    throw new TuneError('USAGE', error.problems, { cause: error });
  }
}
