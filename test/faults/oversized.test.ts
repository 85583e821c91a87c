/** Row 17: files that are too deep, too large, or have too many choices are refused at once, in little memory. */
import { createWriteStream, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { median } from '../../src/stats/median.ts';
import { runTune } from '../cli/program.ts';
import { testFolder } from '../tune/test-folder.ts';
import { rounds, say } from './soak.ts';

const folder = testFolder();
const preload = join(folder, 'memory.mjs');

const small = '{ "space": { "x": { "type": "float", "low": 0, "high": 1 } }, "trainer": "./none.js" }';
const choices = (count: number): string =>
  `{ "space": { "x": { "type": "categorical", "choices": [${Array.from({ length: count }, (_, index) => index).join(',')}] } } }`;

beforeAll(async () => {
  writeFileSync(preload, `process.on('exit', () => console.error('PEAK ' + process.resourceUsage().maxRSS));`);
  writeFileSync(join(folder, 'small.json'), small);
  writeFileSync(join(folder, 'nested.json'), '['.repeat(200_000) + ']'.repeat(200_000));
  writeFileSync(join(folder, 'objects.json'), '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000));
  writeFileSync(join(folder, 'million.json'), choices(1_000_000));
  writeFileSync(join(folder, 'choices.json'), choices(100_000));
  const large = createWriteStream(join(folder, 'large.json'));
  large.write('{ "name": "');
  for (let megabyte = 0; megabyte < 100; megabyte++)
    if (!large.write('x'.repeat(1_000_000))) await once(large, 'drain');
  large.end('" }');
  await once(large, 'finish');
});

/** Milliseconds and megabytes of `tune validate`. */
async function measure(file: string) {
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const env = { PATH, HOME, XDG_CACHE_HOME, NODE_OPTIONS: `--import ${preload}` };
  const begin = performance.now();
  const { code, err } = await runTune(['validate', file], { cwd: folder, env });
  const peak = Number(/^PEAK (\d+)/m.exec(err)![1]) / 1024;
  return { code, err: err.replace(/^PEAK.*\n/m, ''), milliseconds: performance.now() - begin, megabytes: peak };
}

test.each([
  ['nested.json', /^error: nested\.json:1:65: too many nested brackets\n.*\n *\^\n {4}expected at most 64 levels$/m],
  ['objects.json', /^error: objects\.json:1:\d+: too many nested brackets\n.*\n *\^\n {4}expected at most 64 levels$/m],
  ['large.json', /^error: large\.json:1:1: the file has 100000014 bytes\n {4}expected at most 1 MB of JSON$/m],
  ['million.json', /^error: million\.json:1:1: the file has 6888951 bytes\n {4}expected at most 1 MB of JSON$/m],
  [
    'choices.json',
    /^error: choices\.json:1:55: "choices" is a list of 100000 values\n.*\n *\^+\n {4}expected a list of 1 to 10000 values$/m,
  ],
])('%s', async (file, message) => {
  const own: Awaited<ReturnType<typeof measure>>[] = [];
  const base: Awaited<ReturnType<typeof measure>>[] = [];
  for (let round = 0; round < rounds(1, 5); round++) {
    base.push(await measure('small.json'));
    own.push(await measure(file));
  }
  for (const { code, err } of own) {
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  }
  const time = median(own.map(({ milliseconds }) => milliseconds));
  const memory = Math.max(...own.map(({ megabytes }) => megabytes));
  const usual = median(base.map(({ milliseconds }) => milliseconds));
  say(
    `${file}: ${time.toFixed(0)} ms (a small file: ${usual.toFixed(0)} ms), ${memory.toFixed(0)} MB (${base[0]!.megabytes.toFixed(0)} MB)`,
  );
  expect(time - usual).toBeLessThan(2000);
  expect(memory).toBeLessThan(200);
});
