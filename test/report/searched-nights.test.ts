/**
 * Nights with all that makes them differ: a search that is lucky, last night's best beside tonight's, and trainings that come
 * out differently each night. Nothing changes, so whatever is found is a false alarm; then something gets worse.
 */
import { expect, test } from 'vitest';
import { compareReports } from '../../src/report/compare/comparison.ts';
import type { Report } from '../../src/report/report.ts';
import { factsOf } from '../../src/report/summarize.ts';
import { random } from '../../src/samplers/random.ts';
import type { Config, Space } from '../../src/space/space.ts';
import { confirming } from '../../src/study/confirmations.ts';
import { runStudy } from '../../src/study/loop.ts';
import type { Executor } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import { makeStudy } from '../study/make-study.ts';
import { input } from './study.ts';

const space: Space = {
  params: [{ name: 'x', type: 'float', low: 0, high: 1, log: false, step: null, default: 0.9 }],
  constraints: [],
};
const deviation = 0.05;

interface Night {
  readonly number: number;
  /** Added to the loss of every training. */
  readonly worse?: number;
  /** What the space no longer has is tried by nobody. */
  readonly previous?: Report;
}

/** The loss is 0.5 where x is 0.3, and noise is a tenth of that: the best of 20 values is a lucky one. */
async function night({ number, worse = 0, previous }: Night): Promise<Report> {
  const executor: Executor = {
    slots: 1,
    async run({ config, seed }, observe) {
      const noise = deviation * createRng(seed, 'night', number).normal();
      const value = 0.5 + (Number(config['x']) - 0.3) ** 2 + noise + worse;
      await observe({ step: 1, value });
      return { state: 'complete', value };
    },
    close: () => Promise.resolve(),
  };
  const rivals: Config[] = previous?.best ? [previous.best.config] : [];
  const sampler = random.create({});
  // Another seed for the search, as with trials that run beside each other; the trainings that judge have their own.
  const study = await makeStudy({ space, sampler, seed: number, confirm: 8, candidates: 1, rivals });
  for (const rival of rivals) await study.enqueue(rival);
  await runStudy(study, executor, { budget: { trials: 20 }, clock: () => 0 });
  await runStudy(confirming(study), executor, { budget: { trials: Infinity }, clock: () => 0 });
  const { model: _, ...others } = input;
  return factsOf({ ...others, space, seed: 1, trials: study.trials() });
}

async function outcomesOf(pairs: number, worse: number): Promise<readonly string[]> {
  const outcomes: string[] = [];
  let previous = await night({ number: 0 });
  for (let number = 1; number <= pairs; number++) {
    const tonight = await night({ number, worse, previous });
    outcomes.push(compareReports(tonight, previous).verdict.outcome);
    // A night that is worse on purpose is not what the next one is compared with.
    previous = worse === 0 ? tonight : await night({ number: number + 1000, previous });
  }
  return outcomes;
}

function share(outcomes: readonly string[], outcome: string): number {
  return outcomes.filter(each => each === outcome).length / outcomes.length;
}

test('a lucky search is no improvement, and its loss the next night no regression', async () => {
  const outcomes = await outcomesOf(300, 0);
  expect(share(outcomes, 'regressed') + share(outcomes, 'improved')).toBeLessThanOrEqual(0.05);
});

test('two standard deviations worse are found', async () => {
  expect(share(await outcomesOf(100, 2 * deviation), 'regressed')).toBeGreaterThanOrEqual(0.9);
});
