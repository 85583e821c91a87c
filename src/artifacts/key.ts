/** Names of artifacts: "files/<hash>". They come from databases and become paths, so nothing in them may lead elsewhere. */
import { TuneError } from '../errors.ts';

const segment = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
/** S3 takes 1024 bytes, with the prefix. */
const longest = 512;

/** @throws TuneError STORAGE_FAILED for all that is not words with "/" between them */
export function segmentsOf(key: string): readonly string[] {
  const segments = key.split('/');
  if (key.length <= longest && segments.every(each => segment.test(each))) return segments;
  throw new TuneError('STORAGE_FAILED', {
    message: `"${key.slice(0, 100)}" is no name of an artifact`,
    expected: `letters, digits, "_", "-" and ".", with "/" between words that begin with none of the last two`,
  });
}
