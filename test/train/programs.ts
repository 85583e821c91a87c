/** Small programs around one technique each, and data for them: a technique that joins a registry joins these tests. */
import { TuneError } from '../../src/errors.ts';
import type { Json } from '../../src/space/space.ts';
import type { Technique } from '../../src/space/technique.ts';
import { createRng } from '../../src/study/rng.ts';
import { activations } from '../../src/train/activations/index.ts';
import { prepareBatches, type Batches } from '../../src/train/batches.ts';
import { augmentations } from '../../src/train/augment/index.ts';
import type { Augmentation } from '../../src/train/augment/augmentation.ts';
import { constraints } from '../../src/train/constraints/index.ts';
import { clippings } from '../../src/train/clipping/index.ts';
import type { Dataset, Task } from '../../src/train/data/dataset.ts';
import { dataKnobs } from '../../src/train/data/section.ts';
import { withVectors } from '../../src/train/data/zero-shot.ts';
import { initializers } from '../../src/train/initializers/index.ts';
import { layers } from '../../src/train/layers/index.ts';
import { nowhere, type Layer } from '../../src/train/layers/layer.ts';
import { losses } from '../../src/train/losses/index.ts';
import type { Loss } from '../../src/train/losses/loss.ts';
import { optimizers } from '../../src/train/optimizers/index.ts';
import { buildProgram, type Program } from '../../src/train/program.ts';
import { regularizers } from '../../src/train/regularizers/index.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';

/** Of one example. Add one where a new layer fits none. */
export const shapes = { vector: [5], image: [6, 6, 2] } as const;

export type Kind = keyof typeof shapes;

export interface ProgramCase {
  readonly name: string;
  readonly kind: Kind;
  readonly task: Task;
  readonly layers: readonly Json[];
  readonly train: Readonly<Record<string, Json>>;
  /** Of the classes, for zero-shot learning. */
  readonly vectors?: Readonly<Record<string, readonly number[]>>;
}

/** Knobs of techniques that have some without a default. Clipping must have something to do. */
const requiredKnobs: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  dense: { units: 3 },
  conv2d: { filters: 2 },
  globalNorm: { limit: 0.3 },
  value: { limit: 0.05 },
  stack: { times: 2, layers: [{ dense: { units: 4, activation: 'tanh' } }, 'batchNorm', { dropout: 0.2 }] },
};

export function leastKnobs({ name, knobs }: Technique): Readonly<Record<string, Json>> {
  const given = requiredKnobs[name] ?? {};
  const { error } = knobs.safeParse(given);
  if (!error) return given;
  const missing = error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new Error(`${name} needs knobs (${missing}): give it some in requiredKnobs of ${import.meta.filename}`);
}

/** The shapes of input that a layer takes. */
function kindsOf(layer: Layer): Kind[] {
  const knobs = layer.knobs.parse(leastKnobs(layer));
  const kinds = (Object.keys(shapes) as Kind[]).filter(kind => fits(layer, knobs, shapes[kind]));
  if (kinds.length > 0) return kinds;
  throw new Error(`${layer.name} takes no input that there is: add one to shapes of ${import.meta.filename}`);
}

export function fits(layer: Layer, knobs: unknown, shape: readonly number[]): boolean {
  try {
    layer.plan(knobs, shape, nowhere);
    return true;
  } catch (error) {
    if (error instanceof TuneError) return false;
    throw error;
  }
}

/** A layer with weights that keeps the shape of its input, so that gradients have a way to go through what follows. */
const before: Readonly<Record<Kind, Json>> = {
  vector: { dense: 5 },
  image: { conv2d: { filters: 2, padding: 'same' } },
};

/** A layer that ends in the technique of another registry, for each shape. */
const carriers: Readonly<Record<Kind, (knobs: Readonly<Record<string, Json>>) => Json>> = {
  vector: knobs => ({ dense: { units: 4, ...knobs } }),
  image: knobs => ({ conv2d: { filters: 3, ...knobs } }),
};

const everything: Readonly<Record<Kind, readonly Json[]>> = {
  vector: [
    { dense: { units: 6, activation: 'elu' } },
    'batchNorm',
    { dropout: 0.3 },
    { dense: 4 },
    { activation: 'tanh' },
  ],
  image: [
    { conv2d: { filters: 3, padding: 'same', useBias: false } },
    { batchNorm: { momentum: 0.9 } },
    { activation: 'relu' },
    { maxPool: 2 },
    { dropout: 0.3 },
    { conv2d: { filters: 4, kernelSize: 2, activation: { leakyRelu: 0.2 } } },
    'flatten',
    { dropout: 0.2 },
    { dense: { units: 4, activation: 'sigmoid' } },
  ],
};

const kinds = Object.keys(shapes) as Kind[];

/** For classes, on a vector, where nothing else is said. */
function programCase(name: string, layers: readonly Json[], other: Partial<ProgramCase> = {}): ProgramCase {
  return { name, layers, kind: 'vector', task: 'classification', train: {}, ...other };
}

function each<T extends { readonly name: string }>(techniques: Readonly<Record<string, T>>): readonly T[] {
  return Object.values(techniques);
}

function named(technique: Technique): Json {
  return { [technique.name]: leastKnobs(technique) };
}

const small: readonly Json[] = [{ dense: { units: 4, activation: 'relu' } }, before.vector];

export const programCases: readonly ProgramCase[] = [
  ...each<Layer>(layers).flatMap(layer =>
    kindsOf(layer).map(kind => programCase(`layer ${layer.name}, ${kind}`, [before[kind], named(layer)], { kind })),
  ),
  ...each<Technique>(activations).flatMap(activation =>
    kinds.map(kind =>
      programCase(`activation ${activation.name}, ${kind}`, [carriers[kind]({ activation: named(activation) })], {
        kind,
      }),
    ),
  ),
  ...each<Technique>(initializers).map(initializer =>
    programCase(`initializer ${initializer.name}`, [carriers.vector({ kernelInitializer: named(initializer) })]),
  ),
  ...each<Loss>(losses).map(loss =>
    programCase(`loss ${loss.name}`, small, {
      task: loss.task,
      train: { loss: named(loss) },
      ...(loss.name === 'classVector' && { vectors: { a: [1, 0], b: [0, 1], c: [1, 1] } }),
    }),
  ),
  ...each<Technique>(optimizers).map(optimizer =>
    programCase(`optimizer ${optimizer.name}`, small, { train: { optimizer: named(optimizer) } }),
  ),
  ...each<Technique>(clippings).map(clipping =>
    programCase(`clipping ${clipping.name}`, small, { train: { clipping: named(clipping) } }),
  ),
  ...each<Technique>(constraints).flatMap(constraint =>
    kinds.map(kind =>
      programCase(`constraint ${constraint.name}, ${kind}`, [before[kind], before[kind]], {
        kind,
        train: { constraint: named(constraint) },
      }),
    ),
  ),
  ...each<Augmentation>(augmentations).flatMap(augmentation =>
    kinds
      .filter(kind => !augmentation.refuses?.({ shape: shapes[kind], batchSize: 8, isMixed: false }))
      .map(kind =>
        programCase(`augmentation ${augmentation.name}, ${kind}`, [before[kind]], {
          kind,
          train: { augment: [named(augmentation)] },
        }),
      ),
  ),
  programCase('decoupled weight decay', small, { train: { weightDecay: 0.1 } }),
  programCase('learning rates by layer', small, { train: { learningRates: { '0.*': 0.1, output: 2 } } }),
  programCase('weights of their own, in layers', [
    { dense: { units: 4, l1: 0.01, l2: 0.02 } },
    { dense: { units: 3, l2: 0.01 } },
  ]),
  ...each(regularizers).flatMap(({ name }) =>
    kinds.map(kind => programCase(`${name}, ${kind}`, [before[kind], before[kind]], { kind, train: { [name]: 0.01 } })),
  ),
  ...kinds.flatMap(kind => [
    programCase(`no layers, ${kind}`, [], { kind, task: 'regression' }),
    ...(['classification', 'regression'] as const).map(task =>
      programCase(`everything, ${kind}, ${task}`, everything[kind], {
        kind,
        task,
        train: {
          ...Object.fromEntries(each(regularizers).map(({ name }) => [name, 0.001])),
          optimizer: { adam: 0.01 },
        },
      }),
    ),
  ]),
];

export function programOf({ kind, task, layers, train, vectors }: Omit<ProgramCase, 'name'>): Program {
  const plain = dataOf(kind, task);
  const data = vectors ? withVectors(plain, { vectors: vectors as Record<string, number[]>, unseen: [] }) : plain;
  const build = (given: readonly Json[]): Program =>
    buildProgram(data, modelSection.parse({ layers: given }), trainSection.parse(train));
  try {
    return build(layers);
  } catch (error) {
    // The output layer takes vectors alone.
    if (error instanceof TuneError) return build([...layers, 'flatten']);
    throw error;
  }
}

function dataOf(kind: Kind, task: Task): Dataset {
  const [size, inputShape] = [600, shapes[kind]];
  const rng = createRng(3, 'data');
  const width = inputShape.reduce((product, side) => product * side, 1);
  const isImage = kind === 'image';
  const inputs = Array.from({ length: size * width }, () => (isImage ? rng.int(256) : 5 + 3 * rng.normal()));
  const common = { size, inputShape, inputs: isImage ? Uint8Array.from(inputs) : Float32Array.from(inputs) };
  return task === 'classification'
    ? {
        ...common,
        task,
        targetSize: 1,
        targets: Int32Array.from({ length: size }, (_, i) => i % 3),
        classes: ['a', 'b', 'c'],
      }
    : { ...common, task, targetSize: 2, targets: Float32Array.from({ length: size * 2 }, () => 10 * rng.normal()) };
}

export function batchesOf({ kind, task }: Pick<ProgramCase, 'kind' | 'task'>): Batches {
  return prepareBatches(dataOf(kind, task), dataKnobs.parse({}), 1);
}
