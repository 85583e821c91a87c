/** "replay" in the "after" section: refused where nothing can be replayed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkReplay } from '../../src/tune/check-replay.ts';
import { readTarget } from '../../src/tune/target.ts';
import { tune } from '../../src/tune/tune.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

it('without a parameter that the gradient tunes it is refused, in its place and before anything trains', async () => {
  const path = join(folder, 'nothing-to-replay.json');
  await writeFile(path, JSON.stringify({ ...moons, after: { replay: true } }, null, 2));
  await expect(tune(path, { reports: join(folder, 'reports') })).rejects.toMatchObject({
    code: 'SPACE_INVALID',
    problems: [
      {
        message: '"replay" has nothing to replay: no parameter is tuned by the gradient',
        where: { file: path, source: '    "replay": true', column: 15 },
      },
    ],
  });
});

it.each([
  ['is fine with one', { learningRate: { ...moons.space.learningRate, tune: 'gradient' } }, { replay: true }],
  ['is nothing to look at where it is not asked for', {}, { replay: false }],
])('%s', async (_name, space, after) => {
  const file = await readTarget({ ...moons, space: { ...moons.space, ...space }, after }, {});
  expect(() => checkReplay(file)).not.toThrow();
});
