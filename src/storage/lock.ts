/**
 * Exclusive use of a study: a lock file that names its holder. A lock whose holder is dead is taken over at once. Its name
 * is not Optuna's (".lock"): Optuna breaks that one after 30 s, whoever lives.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { TuneError } from '../errors.ts';
import { storageFailed } from '../storage-failed.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began; tells it from a later one with the same pid. Absent where the system does not say. */
  readonly started?: string;
  /** Tells two locks of one process apart. */
  readonly id: string;
}

/**
 * Takes the lock; the result gives it back.
 * @throws TuneError STUDY_IN_USE with the holder's pid, or STORAGE_FAILED
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const own = await hold(path);
  return () => release(path, own);
}

/**
 * Tries again while another process has what the task wants.
 * @param pause milliseconds between two tries
 * @param patience milliseconds after which it fails
 * @throws TuneError STUDY_IN_USE naming the process that does not end
 */
export async function waitWhileInUse<T>(task: () => Promise<T>, pause: number, patience: number): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return await task();
    } catch (error) {
      const isInUse = error instanceof TuneError && error.code === 'STUDY_IN_USE';
      if (!isInUse || performance.now() > end) throw error;
      await sleep(pause);
    }
  }
}

/** The process that has the lock, if it lives; of another machine it counts as alive. Takes nothing. */
export async function holderOf(path: string): Promise<number | undefined> {
  const holder = parseHolder((await readIfThere(path)) ?? '');
  return holder && isAlive(holder) ? holder.pid : undefined;
}

/**
 * Takes nothing.
 * @throws TuneError STUDY_IN_USE with the holder's pid, if it lives
 */
export async function refuseHeld(path: string): Promise<void> {
  const holder = parseHolder((await readIfThere(path)) ?? '');
  if (holder && isAlive(holder)) throw inUse(path, holder);
}

/** The lock of whoever has a journal open alone. */
export function lockOf(journal: string): string {
  return `${journal}.pid`;
}

/** Makes this process the holder; returns the text that says so. */
async function hold(path: string): Promise<string> {
  for (;;) {
    const own = ownText();
    if (await createdWith(path, own)) return own;
    const found = await readPatiently(path);
    if (found === undefined) continue;
    const holder = parseHolder(found);
    if (holder && isAlive(holder)) throw inUse(path, holder);
    // Only the holder of this second lock may replace the dead one, and does so by giving it the dead one's name.
    const heir = `${path}.heir`;
    const heirs = await hold(heir);
    try {
      if ((await readIfThere(path)) === found) {
        await rename(heir, path);
        return heirs;
      }
    } catch (error) {
      await release(heir, heirs).catch(() => undefined);
      throw error instanceof TuneError ? error : failed(path, error);
    }
    await release(heir, heirs);
  }
}

function ownText(): string {
  const started = startOf(process.pid);
  return JSON.stringify({ pid: process.pid, host: hostname(), ...(started && { started }), id: randomUUID() });
}

/** Whether the file did not exist and now has this text, and nobody took it for a dead lock meanwhile. */
async function createdWith(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return (await readIfThere(path)) === text;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // This process lives on: a lock of its own that it does not know of would be for good.
    await release(path, text).catch(() => undefined);
    throw error instanceof TuneError ? error : failed(path, error);
  }
}

/** The file's text. A holder that was killed between creating and writing it leaves it empty; one at work needs a moment. */
async function readPatiently(path: string): Promise<string | undefined> {
  for (let waited = 0; waited < 50; waited++) {
    const text = await readIfThere(path);
    if (text === undefined || parseHolder(text)) return text;
    await sleep(10);
  }
  return readIfThere(path);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw failed(path, error);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, started, id } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string' && typeof id === 'string'
      ? { pid, host, id, ...(started !== undefined && { started }) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A process of another machine counts as alive: there is no way to ask. */
function isAlive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to someone else.
    if (codeOf(error) !== 'EPERM') return false;
  }
  const present = startOf(pid);
  // Where the system hides the processes of others, one that lives has to count as the holder.
  return started === undefined || present === undefined || present === started;
}

/** Boot and clock tick in which a process began, on Linux. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields 3 and following; the second one, the command in brackets, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not asked how.
    return fields[0] === 'Z' ? 'ended' : `${boot}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

async function release(path: string, own: string): Promise<void> {
  if ((await readIfThere(path)) !== own) return;
  await unlink(path).catch((error: unknown) => {
    throw failed(path, error);
  });
}

function inUse(path: string, { pid, host }: Holder): TuneError {
  const where = host === hostname() ? '' : ` on ${host}`;
  return new TuneError('STUDY_IN_USE', {
    message: `process ${pid}${where} is using this study`,
    where: { file: path },
    ...(where && { hint: 'if that machine no longer runs it, delete this file' }),
  });
}

function failed(path: string, error: unknown): TuneError {
  return storageFailed(path, 'cannot lock the study', error);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
