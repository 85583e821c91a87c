/** Whatever the numbers of a data set look like, the saved model takes them as they are and predicts as it was scored. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { scoreModel } from './score-model.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

/** A table with a time in seconds since 1970, a tiny number, a constant, and what follows from them. */
function writeTable(name: string, target: (wave: number, drift: number) => number): string {
  const rows = Array.from({ length: 200 }, (_, row) => {
    const seconds = (row * 7919) % 864_000;
    const wave = Math.sin(row);
    const values = [1.7e9 + seconds, 1e-9 * wave, 5, target(wave, seconds / 864_000)];
    return values.join(',');
  });
  const path = join(folder, name);
  writeFileSync(path, ['time,tiny,constant,y', ...rows, ''].join('\n'));
  return path;
}

const near = writeTable('near.csv', (wave, drift) => wave + drift);
const far = writeTable('far.csv', (wave, drift) => 1e6 + 10 * (wave + drift));
const large = writeTable('large.csv', (wave, drift) => 1e12 * (wave + drift));

const learning = { optimizer: { sgd: 0.02 }, epochs: 4 };
const diverging = { optimizer: { sgd: 5 }, epochs: 1, batchSize: 70 };

test.each([
  ['time', near, 'standard', learning],
  ['time-from-0-to-1', near, 'minMax', learning],
  ['targets-far-from-zero', far, 'standard', learning],
  ['large-targets', large, 'standard', learning],
  ['nonsense-as-outputs', near, 'standard', diverging],
])('%s', async (name, file, normalize, train) => {
  const data = { csv: { file, target: 'y' }, task: 'regression', normalize };
  const study = { name, data, model: { layers: [{ dense: { units: 16, activation: 'relu' } }] }, train };
  const { report, files } = await tune(study, { trials: 1, slots: 1, reports: folder });
  expect(scoreModel(files.model!, data) / report.model!.test.metrics['mse']!).toBeCloseTo(1, 1);
});
