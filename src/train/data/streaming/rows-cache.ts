/**
 * Files of rows in the cache of this user: made once, in one pass over the data, and used by all processes for as long as
 * the data files stay the same. What nobody has used for a month is removed when the next one is made.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TuneError } from '../../../errors.ts';
import { withoutUndefined } from '../../../space/without-undefined.ts';
import { unreadable } from '../read-file.ts';
import { sizeOf } from '../../shape.ts';
import type { DataDescription, LabelledData } from '../dataset.ts';
import { rowTypes, type RowSource, type RowsFile, type StreamedDataset } from './streamed.ts';

const format = 1;
const keptDays = 30;

type Entry = Omit<StreamedDataset, 'chunk'>;

/** What data.json holds. */
interface Stored {
  readonly description: DataDescription;
  readonly type: RowsFile['type'];
}

/** What else is in memory, each in a file of its own. */
type Arrays = Pick<LabelledData, 'targets' | 'groups' | 'times'>;

/**
 * @param folder of the cache
 * @param knobs everything beside the files that decides the rows
 * @throws TuneError of the conversion, or STORAGE_FAILED
 */
export async function cachedRows(folder: string, knobs: unknown, source: RowSource): Promise<Entry> {
  const entry = join(folder, await keyOf(knobs, source.files));
  const known = await readEntry(entry);
  if (known) return known;
  const partial = `${entry}.${randomUUID()}`;
  try {
    await storing(folder, () => mkdir(partial, { recursive: true, mode: 0o700 }));
    await removeOld(folder);
    await makeEntry(partial, source);
    // Where another process was faster, its rows are the same.
    await rename(partial, entry).catch(() => undefined);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  const made = await readEntry(entry);
  if (made) return made;
  throw new TuneError('STORAGE_FAILED', { message: 'the rows could not be kept', where: { file: entry } });
}

async function keyOf(knobs: unknown, files: readonly string[]): Promise<string> {
  const found = await Promise.all(
    files.map(async file => {
      const { size, mtimeMs } = await stat(file).catch((error: unknown) => {
        throw unreadable(file, error);
      });
      return [file, size, mtimeMs];
    }),
  );
  return createHash('sha256')
    .update(JSON.stringify([format, knobs, found]))
    .digest('hex');
}

async function makeEntry(folder: string, { convert }: RowSource): Promise<void> {
  const file = await open(join(folder, 'rows'), 'w', 0o600);
  let type: RowsFile['type'] = 'float32';
  try {
    const { targets, groups, times, ...description } = await convert(async rows => {
      type = rows instanceof Uint8Array ? 'uint8' : 'float32';
      await storing(folder, () => file.writeFile(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)));
    });
    const stored: Stored = { description, type };
    await storing(folder, async () => {
      for (const [name, values] of Object.entries(withoutUndefined({ targets, groups, times })))
        await writeFile(join(folder, name), values);
      await writeFile(join(folder, 'data.json'), JSON.stringify(stored));
    });
  } finally {
    await file.close();
  }
}

/** The entry, unless it is missing or incomplete. */
async function readEntry(folder: string): Promise<Entry | undefined> {
  const read = (name: string): Promise<Buffer | undefined> => readFile(join(folder, name)).catch(() => undefined);
  const json = await read('data.json');
  if (!json) return undefined;
  const { description, type } = JSON.parse(json.toString()) as Stored;
  const arrays = await readArrays(description.task, read);
  const path = join(folder, 'rows');
  const found = await stat(path).catch(() => undefined);
  const expected = description.size * sizeOf(description.inputShape) * rowTypes[type].BYTES_PER_ELEMENT;
  if (found?.size !== expected || arrays?.targets.length !== description.size * description.targetSize)
    return undefined;
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
  return { ...description, ...arrays, rows: { path, type } };
}

async function readArrays(
  task: DataDescription['task'],
  read: (name: string) => Promise<Buffer | undefined>,
): Promise<Arrays | undefined> {
  const numbers = async <T>(name: string, Type: new (buffer: ArrayBuffer) => T): Promise<T | undefined> => {
    const bytes = await read(name);
    return bytes && new Type(new Uint8Array(bytes).buffer);
  };
  const targets = await numbers<Arrays['targets']>('targets', task === 'classification' ? Int32Array : Float32Array);
  const [groups, times] = [await numbers('groups', Int32Array), await numbers('times', Float64Array)];
  return targets && { targets, ...(groups && { groups }), ...(times && { times }) };
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > keptDays * 86_400_000) await rm(path, { recursive: true, force: true });
  }
}

async function storing<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const hint = 'make room, or set XDG_CACHE_HOME to a folder with enough';
    throw new TuneError(
      'STORAGE_FAILED',
      { message: messageOf(error), where: { file: folder }, hint },
      { cause: error },
    );
  }
}
