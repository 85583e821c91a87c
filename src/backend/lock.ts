/**
 * A lock between processes: a file that names its owner. The owner touches it while it works. A lock is abandoned when
 * its owner has died on this machine, or when nobody has touched it for a minute (owners in other containers, whose
 * process ids mean nothing here).
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

interface Owner {
  readonly pid: number;
  /** Where the process id counts: this boot, this container. */
  readonly machine: string;
  readonly token: string;
}

const touchEvery = 5000;
const abandonedAfter = 60_000;

/**
 * Runs `work` with the lock held.
 * @param onWait called once when another owner has it
 */
export async function withLock<T>(path: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  const own = JSON.stringify({ pid: process.pid, machine: machine(), token: randomUUID() } satisfies Owner);
  let told = false;
  while (!(await take(path, own))) {
    const owner = await readFile(path, 'utf8').catch(() => undefined);
    if (owner === undefined) continue;
    if (await isAbandoned(path, owner)) {
      await remove(path, owner);
      continue;
    }
    if (!told) onWait(parse(owner)?.pid ?? 0);
    told = true;
    await sleep(200);
  }
  const touching = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), touchEvery);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await remove(path, own);
  }
}

async function take(path: string, own: string): Promise<boolean> {
  try {
    await writeFile(path, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(path: string, text: string): Promise<boolean> {
  const owner = parse(text);
  if (owner?.machine === machine() && !isAlive(owner.pid)) return true;
  const touched = await stat(path).then(
    found => found.mtimeMs,
    () => Infinity,
  );
  return Date.now() - touched > abandonedAfter;
}

/** Removes the lock if it is still the one with this text: someone else may have taken it over meanwhile. */
async function remove(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function parse(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    // Its owner is about to write it.
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function machine(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
