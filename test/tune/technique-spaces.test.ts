/** Space files that show a technique, each with what it is for. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { tune, type TuneResult } from '../../src/index.ts';
import { lacksSharedData, sharedData } from '../shared-data.ts';
import { techniqueSpaces } from './technique-spaces.ts';
import { testFolder } from './test-folder.ts';

const spaces = fileURLToPath(new URL('../../search-spaces/', import.meta.url));
const folder = testFolder();
const results = new Map<string, Promise<TuneResult>>();

/** As in a project whose reports are beside its space files. */
function run(name: string): Promise<TuneResult> {
  const known = results.get(name);
  if (known) return known;
  const file = join(folder, 'search-spaces', name);
  mkdirSync(join(folder, 'search-spaces'), { recursive: true });
  const text = readFileSync(join(spaces, name), 'utf8');
  writeFileSync(file, text.replaceAll('../../shared/data/', sharedData('')));
  const { trials } = techniqueSpaces[name]!;
  const result = tune(file, { trials, slots: 1, reports: join(folder, 'reports') });
  results.set(name, result);
  return result;
}

test.for(Object.entries(techniqueSpaces))('%s', { timeout: 180_000 }, async ([name, shown], { skip }) => {
  const needsData = readFileSync(join(spaces, name), 'utf8').includes('shared/data');
  skip(needsData && lacksSharedData, `no folder ${sharedData('')}`);
  const earlier = shown.after === undefined ? undefined : await run(shown.after);
  await shown.expect(await run(name), earlier);
});
