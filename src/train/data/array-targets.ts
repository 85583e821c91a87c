/** Targets of data sets from code: texts, numbers, or rows of numbers. */
import { TuneError } from '../../errors.ts';
import { oneOf } from '../../space/nearest.ts';
import { looksLikeClasses, toClasses, type ClassLabels } from './classes.ts';
import type { Dataset, Task } from './dataset.ts';
import { fitsFloat32 } from './numbers.ts';
import { createProblemList } from './problem-list.ts';

export interface ArrayTargets {
  /** One element per example: a class (text or number), a value, or a list of values. */
  readonly targets: readonly string[] | readonly number[] | readonly (readonly number[])[] | Int32Array | Float32Array;
  /** Default: "classification" for texts, for at most 20 different whole numbers, and where `classes` is given. */
  readonly task?: Task;
  /** Names of the classes; targets are then their numbers from 0, or the names. Default: the targets that occur. */
  readonly classes?: readonly string[];
}

type Targets = Pick<Dataset, 'task' | 'targetSize' | 'targets' | 'classes'>;

/** @throws TuneError DATA_INVALID */
export function readTargets({ targets, task: given, classes }: ArrayTargets, examples: number): Targets {
  if (targets.length !== examples)
    throw new TuneError('DATA_INVALID', {
      message: `there are ${targets.length} targets for ${examples} examples`,
      expected: 'one target for each example',
    });
  const values: readonly unknown[] = Array.from<unknown>(targets);
  const task = given ?? (classes || isLabels(values) ? 'classification' : 'regression');
  if (task === 'classification') {
    refuse(values, isLabel, 'a text or a whole number, the class');
    const labels = values as readonly (string | number)[];
    return { task, targetSize: 1, ...(classes ? numberLabels(labels, classes) : toClasses(labels)) };
  }
  const targetSize = Array.isArray(values[0]) ? values[0].length : 1;
  if (!Array.isArray(values[0])) refuse(values, isValue, 'a finite number below 3.4e38');
  else refuse(values, row => isRow(row, targetSize), `a list of ${Math.max(1, targetSize)} finite numbers`);
  return { task, targetSize, targets: Float32Array.from(values.flat() as number[]) };
}

function isLabels(values: readonly unknown[]): boolean {
  return values.every(value => typeof value === 'string') || looksLikeClasses(values as readonly number[]);
}

function isLabel(value: unknown): boolean {
  return typeof value === 'string' || Number.isInteger(value);
}

function isValue(value: unknown): boolean {
  return typeof value === 'number' && fitsFloat32(value);
}

function isRow(row: unknown, length: number): boolean {
  return Array.isArray(row) && row.length === length && length > 0 && row.every(isValue);
}

function refuse(values: readonly unknown[], isRight: (value: unknown) => boolean, expected: string): void {
  const problems = createProblemList();
  values.forEach((value, index) => {
    if (!isRight(value)) problems.add(() => ({ message: `targets[${index}] is ${show(value)}`, expected }));
  });
  problems.refuse();
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.slice(0, 10).map(show).join(', ')}${value.length > 10 ? ', …' : ''}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function numberLabels(labels: readonly (string | number)[], classes: readonly string[]): ClassLabels {
  const numberOf = (label: string | number): number => (typeof label === 'number' ? label : classes.indexOf(label));
  refuse(
    labels,
    label => classes[numberOf(label as string | number)] !== undefined,
    `${oneOf(classes)}, or a number from 0 to ${classes.length - 1}`,
  );
  return { classes, targets: Int32Array.from(labels, numberOf) };
}
