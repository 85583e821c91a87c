/** Where the journal of each test is: in an empty folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

export let folder: string;
export let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  path = join(folder, 'journal.log');
});
afterEach(() => rmSync(folder, { recursive: true }));
