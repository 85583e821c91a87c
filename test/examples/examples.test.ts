/** The programs of examples/ run as they are. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { readSchedule } from '../../src/train/hypergradient/schedule-file.ts';
import { moons } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const reports = testFolder();

function run(...args: string[]): string {
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' });
}

test.each(readdirSync(join(examples, 'graph')))('%s', { timeout: 120_000 }, name => {
  const out = run(join(examples, 'graph', name));
  expect(out).toMatch(/^model\.fit: .+\nfit: .+\n$/);
});

test('schedule/train.js', { timeout: 60_000 }, () => {
  const out = run(join(examples, 'schedule', 'train.js'));
  const [fixed, scheduled] = out.match(/(?<=: loss )\d\.\d+/g)!.map(Number);
  expect(scheduled!).toBeLessThan(fixed! / 2);
});

test('its schedule has the format of those that trials leave', async () => {
  const { every, values } = await readSchedule(join(examples, 'schedule', 'schedule.json'));
  expect(every).toBe(10);
  expect(Object.keys(values)).toEqual(['lr']);
});

test('load-model.js', async () => {
  const { files } = await tune(moons, { trials: 1, slots: 1, reports });
  const out = run(join(examples, 'predict', 'load-model.js'), files.model!);
  expect(out).toMatch(/^Tensor\n/);
  const [outer, inner] = out.match(/\d\.\d+/g)!.map(Number);
  expect(outer! + inner!).toBeCloseTo(1, 5);
});
