/** Whole files of weights. Unlike data files they are never unpacked: what looks like gzip may be numbers. */
import { withOpenFile } from './data/read-file.ts';

/** @throws TuneError FILE_UNREADABLE */
export function readBytes(path: string): Promise<Buffer> {
  return withOpenFile(path, file => file.readFile());
}
