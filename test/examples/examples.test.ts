/** The programs of examples/ run as they are. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../examples/graph/', import.meta.url));

test.each(readdirSync(folder))('%s', { timeout: 120_000 }, name => {
  const out = execFileSync(process.execPath, [join(folder, name)], { encoding: 'utf8', stdio: 'pipe' });
  expect(out).toMatch(/^model\.fit: .+\nfit: .+\n$/);
});
