/**
 * Whether validation and test rows come from the distribution of the training rows: each feature and target by itself
 * (Kolmogorov-Smirnov, for classes Fisher's exact test), and all features together (a classifier test). A score on rows of
 * another distribution says little about what training achieved.
 */
import { classifierTest } from '../../stats/classifier-test.ts';
import { fisherExact } from '../../stats/fisher.ts';
import { kolmogorovSmirnov, type TestResult } from '../../stats/kolmogorov-smirnov.ts';
import { adjust } from '../../stats/multiple-tests.ts';
import type { Dataset } from './dataset.ts';
import type { Split } from './split.ts';
import { featuresOf, type Features } from './summary-features.ts';

/** One way in which a part differs from the training part. */
export interface FeatureShift {
  readonly part: 'validation' | 'test';
  readonly test: 'kolmogorovSmirnov' | 'fisher' | 'classifier';
  /** The column, target or class; for the classifier "all inputs together". */
  readonly feature: string;
  /**
   * The largest difference of the cumulative shares (Kolmogorov-Smirnov) or of the shares (Fisher), from 0 to 1; or the area
   * under the ROC curve of the classifier, from 0.5.
   */
  readonly statistic: number;
  /** The chance of such a difference without a shift, adjusted for the number of tests. */
  readonly p: number;
}

/** Adjusted p-values above this are no finding: one false alarm in 1000 splits, for each of the two kinds of tests. */
const level = 0.001;
/** More rows and columns find no shift that matters, but take time. */
const mostRows = 2000;
const mostColumns = 256;

/** Strongest evidence first; empty where nothing differs. Rows of a part have to be independent of each other. */
export function compareParts(dataset: Dataset, split: Pick<Split, 'train' | 'validation' | 'test'>): FeatureShift[] {
  // Generated rows train, but stand for nothing that is measured.
  const measured = split.train.filter(row => row >= (dataset.trainOnly ?? 0));
  const train = sampleOf(dataset, measured);
  return (['validation', 'test'] as const).flatMap(part => {
    const other = sampleOf(dataset, split[part]);
    const single = [
      ...compareColumns(train.inputs, other.inputs),
      ...(dataset.task === 'classification'
        ? compareClasses(dataset, measured, split[part])
        : compareColumns(train.targets, other.targets)),
    ];
    const adjusted = adjust(single.map(({ p }) => p));
    const together: Difference = {
      test: 'classifier',
      feature: 'all inputs together',
      ...classifierTest(fewColumns(train.inputs), fewColumns(other.inputs)),
    };
    return [...single.map((difference, index) => ({ ...difference, p: adjusted[index]! })), together]
      .filter(({ p }) => p < level)
      .toSorted((a, b) => a.p - b.p || b.statistic - a.statistic)
      .map(difference => ({ part, ...difference }));
  });
}

type Difference = Omit<FeatureShift, 'part'>;

interface Sample {
  readonly inputs: Features;
  readonly targets: Features;
}

function sampleOf(dataset: Dataset, part: Int32Array): Sample {
  const rows = evenly(part.length, mostRows, index => part[index]!);
  const { targets, targetSize, target } = dataset;
  const names = target ?? Array.from({ length: targetSize }, (_, index) => `target ${index + 1}`);
  const asInputs = { ...dataset, inputs: Float32Array.from(targets), inputShape: [targetSize], columns: names };
  return { inputs: featuresOf(dataset, rows), targets: featuresOf(asInputs, rows) };
}

function compareColumns(a: Features, b: Features): Difference[] {
  return a.names.map((feature, column) => ({
    test: 'kolmogorovSmirnov',
    feature,
    ...kolmogorovSmirnov(ascending(a, column), ascending(b, column)),
  }));
}

function compareClasses({ classes, targets }: Dataset, a: Int32Array, b: Int32Array): Difference[] {
  const counts = [a, b].map(rows => {
    const count = new Array<number>(classes!.length).fill(0);
    for (const row of rows) count[targets[row]!]!++;
    return count;
  });
  return classes!.map((name, index): Difference => {
    const result: TestResult = fisherExact([counts[0]![index]!, counts[1]![index]!], [a.length, b.length]);
    return { test: 'fisher', feature: `class "${name}"`, ...result };
  });
}

function ascending({ rows, columns, values }: Features, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]!).toSorted();
}

function fewColumns(features: Features): Features {
  const { rows, columns, values, names } = features;
  if (columns <= mostColumns) return features;
  const kept = evenly(columns, mostColumns, column => column);
  const picked = Float64Array.from(
    { length: rows * mostColumns },
    (_, at) => values[Math.floor(at / mostColumns) * columns + kept[at % mostColumns]!]!,
  );
  return { rows, columns: mostColumns, values: picked, names: Array.from(kept, column => names[column]!) };
}

/** At most so many of a list, from all over it. */
function evenly(length: number, most: number, at: (index: number) => number): Int32Array {
  const count = Math.min(length, most);
  return Int32Array.from({ length: count }, (_, index) => at(Math.floor((index * length) / count)));
}
