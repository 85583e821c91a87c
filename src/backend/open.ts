/**
 * Opens tfjs-node over a given addon file. tfjs-node looks for the addon in its own folder with node-pre-gyp; here a
 * stand-in answers instead, and the addon is in require.cache under that answer. So it may lie anywhere, tfjs-node's
 * folder stays untouched, and each thread may have a copy of its own.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { isAlive } from './lock.ts';
import type { TF } from './tf.ts';
import { addonIn, homeOf } from './site.ts';
import { settleMainThread } from './threads.ts';
import { restoreUtil } from './util-shim.ts';

export interface BackendFiles {
  /** Folder of the tfjs-node package. */
  readonly tfjsNode: string;
  /** The addon, in a folder with tfjs-node's layout. */
  readonly addon: string;
}

/**
 * @param scratch folder for the short-lived copies of worker threads; the system's when it cannot be written
 * @throws Error of the dynamic linker when the addon does not load here
 */
export function openTfjsNode({ tfjsNode, addon }: BackendFiles, scratch: string): TF {
  if (isMainThread) settleMainThread();
  restoreUtil();
  const require = createRequire(join(tfjsNode, 'package.json'));
  const finder = require.resolve('@mapbox/node-pre-gyp');
  place(require, addon, isMainThread ? openFile(addon) : openCopy(addon, scratch));
  place(require, finder, { find: () => addon });
  shareTfjs(require);
  try {
    return require('./dist/index.js') as TF;
  } finally {
    // The real node-pre-gyp for whoever asks next.
    delete require.cache[finder];
  }
}

/** One tfjs per thread: the one that user code beside this package imports, also for a tfjs-node that lies in the cache. */
function shareTfjs(theirs: NodeJS.Require): void {
  const ours = createRequire(createRequire(import.meta.url).resolve('@tensorflow/tfjs'));
  for (const name of ['@tensorflow/tfjs', '@tensorflow/tfjs-core']) {
    const path = theirs.resolve(name);
    if (path !== ours.resolve(name)) place(theirs, path, ours(name));
  }
}

function place(require: NodeJS.Require, path: string, exports: unknown): void {
  const module = new Module(path);
  Object.assign(module, { filename: path, loaded: true, exports });
  require.cache[path] = module;
}

function openFile(path: string): unknown {
  const module = { exports: {} };
  process.dlopen(module, path);
  return module.exports;
}

/**
 * The addon has one set of attribute names per loaded file, without a lock. A copy has its own, so threads do not meet
 * there; TensorFlow's libraries are loaded once. The copy is deleted as soon as it is open.
 */
function openCopy(addon: string, scratch: string): unknown {
  // Windows neither deletes an open library nor lets everyone make links: threads share the file there.
  if (process.platform === 'win32') return openFile(addon);
  removeLeftOver(scratch);
  const folder = temporaryFolder(scratch);
  try {
    const copy = addonIn(folder);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(addon, copy);
    // The addon finds TensorFlow's libraries relative to itself.
    symlinkSync(join(homeOf(addon), 'deps'), join(folder, 'deps'));
    return openFile(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds; the copies of a process that lives elsewhere, and shares the folder, are gone by then. */
const copyAge = 60_000;

/** What processes have left that were killed while they opened a copy. */
function removeLeftOver(scratch: string): void {
  try {
    for (const name of readdirSync(scratch)) {
      const pid = /^thread-(\d+)-/.exec(name)?.[1];
      const path = join(scratch, name);
      const isLeftOver = pid !== undefined && !isAlive(Number(pid)) && Date.now() - statSync(path).mtimeMs > copyAge;
      if (isLeftOver) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    // Another thread does the same, or the folder is not there yet.
  }
}

function temporaryFolder(scratch: string): string {
  try {
    return mkdtempSync(join(scratch, `thread-${process.pid}-`));
  } catch {
    return mkdtempSync(join(tmpdir(), 'tfjs-tune-'));
  }
}
