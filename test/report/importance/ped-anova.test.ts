/** The golden numbers are Optuna 5.0.0's; where TUNE_OPTUNA_PYTHON names a Python with it, more studies are compared. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importanceOf, type Share } from '../../../src/report/importance/importance.ts';
import { pedAnova } from '../../../src/report/importance/ped-anova.ts';
import { rowsOf } from '../../../src/report/importance/rows.ts';
import type { Space } from '../../../src/space/space.ts';
import { bestTrial } from '../../../src/study/best-trial.ts';
import type { Direction } from '../../../src/study/ports.ts';
import type { Trial } from '../../../src/study/trial.ts';
import { conditionalLoss, conditionalSpace, goldenStudy, randomTrials } from './studies.ts';

interface Study {
  readonly space: Space;
  readonly trials: readonly Trial[];
  readonly direction: Direction;
}

function importance({ space, trials, direction }: Study) {
  return importanceOf({ space, trials, direction, seed: 1, best: bestTrial(trials, direction)! });
}

function sharesOf(shares: readonly Share[]): Record<string, number> {
  return Object.fromEntries(shares.map(({ parameter, share }) => [parameter, share]));
}

describe('the golden set', () => {
  test.each([
    { n: 100, raw: [0.0236, 0.0022, 0.0008, 0.0003], shares: [0.8768, 0.0836, 0.0296, 0.01], lr: 0.97 },
    { n: 300, raw: [0.0268, 0.0018, 0.0009, 0], shares: [0.908, 0.0615, 0.0291, 0.0013], lr: 0.985 },
    { n: 1000, raw: [0.0331, 0.0036, 0.0009, 0], shares: [0.8812, 0.0949, 0.0228, 0.0011], lr: 0.98 },
  ])('of $n trials has the importances that Optuna gives it', ({ n, raw, shares, lr }) => {
    const { space, trials } = goldenStudy(n);
    const found = pedAnova(rowsOf(space, trials, 'minimize'));
    expect(found.map(amount => Number(amount.toFixed(4)))).toEqual(raw);
    const { ped, fanova } = importance({ space, trials, direction: 'minimize' });
    expect(ped!.map(({ share }) => Number(share.toFixed(4)))).toEqual(shares);
    expect(ped!.map(({ parameter }) => parameter)).toEqual(['lr', 'dropout', 'units', 'batch']);
    expect(fanova!.shares[0]!.parameter).toBe('lr');
    expect(Math.abs(fanova!.shares[0]!.share - lr)).toBeLessThan(0.01);
  });
});

describe('Optuna itself', () => {
  const studies: readonly Study[] = [
    { ...goldenStudy(50), direction: 'minimize' },
    {
      space: conditionalSpace,
      trials: randomTrials(conditionalSpace, 120, conditionalLoss),
      direction: 'minimize',
    },
    {
      space: conditionalSpace,
      trials: randomTrials(conditionalSpace, 231, (config, noise) => -conditionalLoss(config, noise), 2),
      direction: 'maximize',
    },
    // Ties at the border of the best tenth.
    {
      space: conditionalSpace,
      trials: randomTrials(conditionalSpace, 97, (config, noise) => Math.round(conditionalLoss(config, noise)), 3),
      direction: 'minimize',
    },
  ];

  test('gives the same PED-ANOVA, conditional parameters too, and its fANOVA the same first parameter', context => {
    const python = process.env['TUNE_OPTUNA_PYTHON'];
    if (!python) return context.skip('TUNE_OPTUNA_PYTHON names no Python with optuna==5.0.0');
    const given = studies.map(({ space, trials, direction }) => ({
      params: space.params,
      trials: trials.map(({ config, value }) => [config, value]),
      direction,
    }));
    const script = fileURLToPath(new URL('optuna_importance.py', import.meta.url));
    const answers = JSON.parse(
      execFileSync(python, ['-W', 'ignore', script], { input: JSON.stringify(given), encoding: 'utf8' }),
    ) as readonly { readonly ped: Record<string, number>; readonly fanova?: Record<string, number> }[];
    expect(answers).toHaveLength(studies.length);
    const ours = studies.map(importance);
    const near = (shares: Record<string, number>) =>
      Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, expect.closeTo(share, 4) as unknown]));
    expect(ours.map(({ ped }) => sharesOf(ped!))).toEqual(answers.map(({ ped }) => near(ped)));
    const first = ours.map(({ fanova }) => fanova!.shares[0]!.parameter);
    const theirs = answers.map(({ fanova }, index) => (fanova ? Object.keys(fanova)[0] : first[index]));
    expect(first).toEqual(theirs);
  }, 120_000);
});
