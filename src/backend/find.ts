/**
 * Finds a backend that was tried before, without trying it again: a look at a few files. Tried addons are noted in the
 * cache with their size and time, good ones and bad ones, so that a bad one is not tried in every run.
 */
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderBytes } from './folder-bytes.ts';
import type { BackendFiles } from './open.ts';
import { addonIn, buildFolder, copiedTfjsNode, homeOf, tfjsNodeFolder, type Site } from './site.ts';

/** Where an addon came from: tfjs-node's installer in the project, our build, or that installer run in the cache. */
export type Source = 'installed' | 'built' | 'downloaded';

export interface Backend extends BackendFiles {
  readonly source: Source;
  /** Version of TensorFlow. */
  readonly tensorflow: string;
}

/** What a trial of an addon showed: TensorFlow's version, or why it failed. */
export type Finding = { readonly tensorflow: string } | { readonly failure: string };

export interface Candidate {
  readonly source: Source;
  readonly addon: string;
}

/** Every place where an addon may lie, in order of preference. */
export function candidates(site: Site): Candidate[] {
  const built = buildFolder(site);
  return [
    ...(site.installed ? [{ source: 'installed' as const, addon: addonIn(site.installed) }] : []),
    ...(built ? [{ source: 'built' as const, addon: addonIn(built) }] : []),
    { source: 'downloaded', addon: addonIn(copiedTfjsNode(site)) },
  ];
}

/** The first addon that is there and is known to work; undefined when there is none, or one that was never tried. */
export async function findBackend(site: Site): Promise<Backend | undefined> {
  const tfjsNode = tfjsNodeFolder(site);
  if (!tfjsNode) return undefined;
  const notes = await readNotes(site);
  for (const { source, addon } of candidates(site)) {
    const stamp = await stampOf(addon);
    if (stamp === undefined) continue;
    const note = notes.get(addon);
    if (note?.stamp !== stamp) return undefined;
    if ('tensorflow' in note.finding) return { source, addon, tfjsNode, tensorflow: note.finding.tensorflow };
  }
  return undefined;
}

interface Note {
  readonly stamp: string;
  readonly finding: Finding;
}

/** Notes what a trial of an addon showed. Call it with the cache locked. */
export async function noteFinding(site: Site, addon: string, finding: Finding): Promise<void> {
  const notes = await readNotes(site);
  const stamp = await stampOf(addon);
  if (stamp === undefined) return;
  notes.set(addon, { stamp, finding });
  const partial = `${notesFile(site)}.partial`;
  await writeFile(partial, JSON.stringify([...notes], undefined, 2));
  await rename(partial, notesFile(site));
}

function notesFile(site: Site): string {
  return join(site.cache, 'tried-addons.json');
}

async function readNotes(site: Site): Promise<Map<string, Note>> {
  try {
    return new Map(JSON.parse(await readFile(notesFile(site), 'utf8')) as [string, Note][]);
  } catch {
    // Absent or damaged: the addons are tried again.
    return new Map();
  }
}

/** Changes with the addon and with the libraries that it loads; undefined when there is no addon. */
async function stampOf(addon: string): Promise<string | undefined> {
  const found = await stat(addon).catch(() => undefined);
  if (!found) return undefined;
  const libraries = await folderBytes(join(homeOf(addon), 'deps', 'lib'));
  // Whole seconds: layers of container images keep no more.
  return `${found.size} bytes at ${Math.floor(found.mtimeMs / 1000)}, libraries of ${libraries} bytes`;
}
