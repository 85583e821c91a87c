/**
 * The acceptance test of nightly reports: nights on real data, the second with a setting that someone has made worse. The
 * verdict, the exit code, and the advice that names the setting.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { runTune } from '../cli/program.ts';
import { lacksSharedData, sharedData } from '../shared-data.ts';
import { testFolder } from './test-folder.ts';

const cwd = testFolder();

function digits(highest: number) {
  return {
    data: {
      idx: {
        images: sharedData('mnist10k/t10k-images-idx3-ubyte.gz'),
        labels: sharedData('mnist10k/t10k-labels-idx1-ubyte.gz'),
      },
      trainingExamples: 500,
    },
    model: { layers: ['flatten', { dense: { units: 12, activation: 'relu' } }] },
    train: { optimizer: { adam: '$learningRate' }, epochs: 2, earlyStopping: false },
    space: { learningRate: { type: 'float', low: 1e-4, high: highest, log: true, default: 2e-4 } },
    search: { pruner: 'none', sampler: 'tpe', deterministic: 2 },
    budget: { trials: 20 },
  };
}

interface Night {
  readonly code: number | null;
  readonly out: string;
  readonly report: Report;
}

async function night(highest: number): Promise<Night> {
  mkdirSync(join(cwd, 'search-spaces'), { recursive: true });
  writeFileSync(join(cwd, 'search-spaces', 'digits.json'), JSON.stringify(digits(highest)));
  const { code, out } = await runTune(['nightly', '--slots', '2'], { cwd });
  const folder = join(cwd, 'reports', 'digits');
  const days = readdirSync(folder).filter(name => /^\d{4}-/.test(name));
  expect(days.length).toBeGreaterThan(0);
  const last = days.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)).at(-1)!;
  return { code, out, report: JSON.parse(readFileSync(join(folder, last, 'report.json'), 'utf8')) as Report };
}

describe.skipIf(lacksSharedData)('nights on MNIST', () => {
  test('a worse setting is found the next night, and named', { timeout: 400_000 }, async () => {
    const first = await night(3e-2);
    expect(first.code).toBe(0);
    expect(first.report.confirmed).toHaveLength(1);
    expect(first.report.run.data!.hash).toMatch(/^[0-9a-f]{64}$/);

    // Someone has cut the range.
    const second = await night(3e-4);
    const { verdict, changes } = second.report.comparison!;
    expect(verdict).toMatchObject({ outcome: 'regressed', isPaired: true });
    expect(verdict.before).toEqual(first.report.confirmed![0]!.values);
    expect(second.code).toBe(6);
    expect(second.out).toContain('regressed');
    expect(changes.map(({ what }) => what).join()).toContain('learningRate');
    const [advice] = second.report.advice!;
    expect(advice).toMatchObject({ rule: 'at-the-bound', parameters: ['learningRate'], evidence: { bound: 3e-4 } });
    expect(advice!.text).toMatch(/ Last night, which was better, learningRate had another range\.$/);
    expect(advice!.patch.length).toBeGreaterThan(0);
    const index = readFileSync(join(cwd, 'reports', 'index.md'), 'utf8');
    expect(index).toContain('1 regressed');
    expect(index).toContain('learningRate');

    // And mended it. What was the best last night is trained again, to the same bits.
    const third = await night(3e-2);
    expect(third.code).toBe(0);
    expect(third.report.comparison!.verdict).toMatchObject({ outcome: 'improved' });
    const again = third.report.confirmed!.find(({ trial }) => trial !== third.report.best!.trial);
    expect(again).toMatchObject({ isRival: true, values: verdict.after });
    expect(third.report.comparison!.parts!.setting.estimate).toBe(0);
  });
});
