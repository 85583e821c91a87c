/** A data set of two binary files, or of four: examples and their targets, and the same for a fixed test set. */
import { toClasses } from './classes.ts';
import type { Dataset, LabelledData, Task } from './dataset.ts';
import { exampleShape } from './example-shape.ts';
import { invalid, sides, type Layout, type NumberFile } from './number-file.ts';
import { concatenate, fitsFloat32 } from './numbers.ts';
import { createProblemList } from './problem-list.ts';
import { readExamples } from './streaming/number-rows.ts';
import type { WriteRows } from './streaming/streamed.ts';
import { sizeOf } from '../shape.ts';

export interface NumberFiles {
  readonly inputs: NumberFile;
  readonly targets: NumberFile;
}

/** @throws TuneError DATA_INVALID where the files do not fit together */
export function datasetFromFiles(train: NumberFiles, test: NumberFiles | undefined, given: Task | undefined): Dataset {
  const parts = test ? [train, test] : [train];
  const described = describeFiles(parts, given);
  for (const { inputs } of parts) refuseNonFinite(inputs);
  return { ...described, inputs: joinInputs(parts.map(({ inputs }) => inputs)) };
}

/** Inputs that are not in memory. */
export interface LargeFile {
  readonly path: string;
  readonly layout: Layout;
}

export interface LargeFiles {
  readonly inputs: LargeFile;
  readonly targets: NumberFile;
}

/**
 * The same, with the inputs passed through.
 * @throws TuneError DATA_INVALID where the files do not fit together
 */
export async function passFiles(
  train: LargeFiles,
  test: LargeFiles | undefined,
  given: Task | undefined,
  write: WriteRows,
): Promise<LabelledData> {
  const parts = (test ? [train, test] : [train]).map(({ inputs, targets }) => ({ inputs: shaped(inputs), targets }));
  const described = describeFiles(parts, given);
  const isBytes = parts.every(({ inputs }) => ['b1', 'u1'].includes(inputs.layout.element));
  for (const { inputs } of parts) {
    let first = 0;
    for await (const examples of readExamples(inputs.path, inputs.layout)) {
      refuseNonFinite(examples, first);
      first += examples.shape[0]!;
      await write(isBytes ? (examples.values as Uint8Array) : new Float32Array(examples.values));
    }
  }
  return described;
}

function shaped({ path, layout }: LargeFile) {
  return { path, layout, shape: layout.shape };
}

type Shaped = Pick<NumberFile, 'path' | 'shape'>;

interface ShapedFiles {
  readonly inputs: Shaped;
  readonly targets: NumberFile;
}

/** Everything but the inputs, of the training files and those of the test set. */
function describeFiles(parts: readonly ShapedFiles[], given: Task | undefined): LabelledData {
  const [train, test] = parts as [ShapedFiles, ShapedFiles?];
  for (const part of parts) refuseUnequalCounts(part);
  if (test) for (const kind of ['inputs', 'targets'] as const) refuseOtherShape(train[kind], test[kind]);
  for (const { targets } of parts) refuseNonFinite(targets);
  return {
    size: parts.reduce((sum, { inputs }) => sum + inputs.shape[0]!, 0),
    inputShape: inputShapeOf(train.inputs),
    ...joinTargets(
      parts.map(({ targets }) => targets),
      given,
    ),
    ...(test && { testSize: test.inputs.shape[0]! }),
  };
}

function inputShapeOf({ path, shape }: Shaped): readonly number[] {
  const known = exampleShape(shape.slice(1));
  if (known) return known;
  throw invalid(path, {
    message: `the file has ${shape.length} dimensions: ${sides(shape)}`,
    expected: 'examples x features, or examples x height x width, with or without channels',
  });
}

function refuseUnequalCounts({ inputs, targets }: ShapedFiles): void {
  const [examples, labels] = [inputs.shape[0]!, targets.shape[0]!];
  if (examples === labels) return;
  throw invalid(targets.path, {
    message: `the file has targets for ${labels} examples`,
    expected: `${examples}, one for each example of ${inputs.path}`,
  });
}

function refuseOtherShape(train: Shaped, test: Shaped): void {
  const [expected, found] = [train, test].map(({ shape }) => sides(['n', ...shape.slice(1)]));
  if (expected === found) return;
  throw invalid(test.path, { message: `the shape is ${found}`, expected: `${expected}, as in ${train.path}` });
}

/**
 * @param first number of the file's first example among all
 * @throws TuneError DATA_INVALID
 */
export function refuseNonFinite({ path, shape, values }: NumberFile, first = 0): void {
  if (values instanceof Uint8Array) return;
  const width = values.length / shape[0]!;
  const problems = createProblemList();
  values.forEach((value, index) => {
    if (fitsFloat32(value)) return;
    const place = width === 1 ? '' : `, number ${(index % width) + 1}`;
    problems.add(() => ({
      message: `${value} in example ${first + Math.floor(index / width) + 1}${place}`,
      where: { file: path },
      expected: 'a finite number below 3.4e38',
    }));
  });
  problems.refuse();
}

/** Bytes stay bytes, a quarter of the memory. */
function joinInputs(files: readonly NumberFile[]): Dataset['inputs'] {
  const parts = files.map(({ values }) => values);
  return parts.every(values => values instanceof Uint8Array)
    ? concatenate(Uint8Array, parts)
    : concatenate(
        Float32Array,
        parts.map(values => Float32Array.from(values)),
      );
}

type Targets = Pick<LabelledData, 'task' | 'targetSize' | 'targets' | 'classes'>;

/** Whole numbers, one per example, are classes unless the section says otherwise. */
function joinTargets(files: readonly NumberFile[], given: Task | undefined): Targets {
  const [{ path, shape, isWhole }] = files as [NumberFile];
  const targetSize = sizeOf(shape.slice(1));
  const task = given ?? (isWhole && targetSize === 1 ? 'classification' : 'regression');
  const values = files.flatMap(file => Array.from(file.values));
  if (task === 'regression') return { task, targetSize, targets: Float32Array.from(values) };
  if (targetSize > 1)
    throw invalid(path, { message: `${targetSize} targets for each example`, expected: 'one class for each example' });
  const broken = values.find(value => !Number.isInteger(value));
  if (broken !== undefined) throw invalid(path, { message: `the class ${broken}`, expected: 'whole numbers' });
  return { task, targetSize, ...toClasses(values, { file: path }) };
}
