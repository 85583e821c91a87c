/** k-fold cross-validation as scikit-learn has it: cross_val_score for the value, GridSearchCV's refit for the model. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tune, type TuneResult } from '../../src/index.ts';
import type { StopReason } from '../../src/study/trial.ts';
import { prepareBatches } from '../../src/train/batches.ts';
import { crossValidate } from '../../src/train/cross-validation.ts';
import { partsOf } from '../../src/train/data/parts.ts';
import { dataSection, loadDataset } from '../../src/train/data/section.ts';
import { createGraphs } from '../../src/train/graphs.ts';
import { phasesOf } from '../../src/train/phases.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { scoreModel } from './score-model.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const rows = 203;
const table = join(folder, 'table.csv');
writeFileSync(
  table,
  [
    'a,b,y',
    ...Array.from({ length: rows }, (_, row) => `${Math.sin(row)},${row % 7},${2 * Math.sin(row) + (row % 7)}`),
  ].join('\n'),
);
const folds = 3;
const data = { csv: { file: table, target: 'y' }, task: 'regression', split: { folds } } as const;

interface Facts {
  readonly folds: readonly number[];
  readonly foldDeviation: number;
  readonly bestEpoch: number;
  readonly epochs: number;
  readonly weightsHash: string;
}

function factsOf({ attributes }: TuneResult['trials'][number]): Facts {
  return attributes as unknown as Facts;
}

const study = {
  ...moons,
  model: { layers: [{ dense: { units: '$units', activation: 'relu' } }, { dropout: 0.1 }] },
  train: { optimizer: { adam: '$learningRate' }, epochs: 6, batchSize: 16 },
  data,
};

function run(name: string, others: object = {}, trials = 1, slots = 1): Promise<TuneResult> {
  return tune({ ...study, ...others, name } as never, { trials, slots, reports: folder });
}

let validated: TuneResult;

beforeAll(async () => {
  validated = await run('all-folds', {}, 3);
}, 60_000);

it('validates each row outside of the test part once', async () => {
  const section = dataSection.parse(data);
  const dataset = await loadDataset(section, '.', 1);
  const whole = partsOf(dataset, section, 1);
  const parts = Array.from({ length: folds }, (_, fold) => partsOf(dataset, { split: { ...section.split, fold } }, 1));
  const sorted = (all: Iterable<number>): number[] => [...all].toSorted((a, b) => a - b);
  expect(sorted(parts.flatMap(({ validation }) => [...validation]))).toEqual(sorted(whole.train));
  expect(sorted([...whole.train, ...whole.test])).toEqual(Array.from({ length: rows }, (_, row) => row));
});

it('has the values of the folds one by one, their mean and their deviation', async () => {
  const single: number[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const { best } = await run(`fold-${fold}`, { data: { ...data, split: { folds, fold } } });
    single.push(best!.value!);
  }
  const trial = validated.trials[0]!;
  const facts = factsOf(trial);
  expect(facts.folds).toEqual(single);
  const mean = (single[0]! + single[1]! + single[2]!) / 3;
  expect(trial.value).toBeCloseTo(mean, 12);
  // numpy.std
  expect(facts.foldDeviation).toBeCloseTo(Math.sqrt(single.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3), 12);
  expect(facts.foldDeviation).toBeGreaterThan(0);
  expect(trial.curve.map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(trial.curve[1]!.value).toBeCloseTo((single[0]! + single[1]!) / 2, 12);
  expect(facts.epochs).toBe(facts.bestEpoch);
});

it('trains the model on all folds, and scores it on the test rows', () => {
  const { test } = validated.report.model!;
  expect(test.examples).toBe(30);
  expect(scoreModel(validated.files.model!, data) / test.metrics['mse']!).toBeCloseTo(1, 4);
});

it('gives the same for two trials at once, and for streamed data', async () => {
  const outcome = ({ trials }: TuneResult) =>
    trials.map(trial => [trial.config, trial.value, factsOf(trial).folds, factsOf(trial).weightsHash]);
  expect(outcome(await run('two-slots', {}, 3, 2))).toEqual(outcome(validated));
  const streamed = await run('streamed', { data: { ...data, streaming: true } });
  expect(streamed.best!.value).toBeCloseTo(validated.trials[0]!.value!, 5);
});

/** What came of it, and the number of folds that were told. */
async function validate(answer: 'continue' | 'stop', mustEnd: (told: number) => StopReason | undefined) {
  await loadBackend();
  const section = dataSection.parse(data);
  const dataset = await loadDataset(section, '.', 1);
  const batches = prepareBatches(dataset, section, 1);
  const train = trainSection.parse({ epochs: 3 });
  const phases = phasesOf(dataset, modelSection.parse({ layers: [] }), train);
  const graphs = createGraphs();
  const context = { dataset, batches, train, metric: { name: 'valLoss', goal: 'minimize' }, seed: 1, graphs } as const;
  let told = 0;
  const result = await crossValidate(phases, context, section, 1, {
    observe() {
      told += 1;
      return answer;
    },
    mustEnd: () => mustEnd(told) as 'trial-duration' | undefined,
  });
  graphs.dispose();
  batches.dispose();
  return { ...result, told };
}

it('is pruned after a fold', async () => {
  const { best, stopped, scores, told } = await validate('stop', () => undefined);
  expect({ stopped, told, folds: scores!.folds }).toEqual({ stopped: 'pruner', told: 1, folds: [best!.value] });
});

it('has no value before all folds have theirs', async () => {
  const { best, stopped, told } = await validate('continue', told => (told > 0 ? 'trial-duration' : undefined));
  expect({ best, stopped, told }).toEqual({ best: undefined, stopped: 'trial-duration', told: 1 });
});

it('keeps its value when it must end while the model of all folds trains', async () => {
  const { best, scores } = await validate('continue', told => (told === folds ? 'trial-duration' : undefined));
  expect(scores!.folds).toHaveLength(folds);
  expect(best!.value).toBeGreaterThan(0);
});
