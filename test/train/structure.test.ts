/** Programs of the same structure have the same graph, and every knob that is no input of the graph is in the structure. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordGraph } from '../../src/backend/graph/graph-runner.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { withNativeOps } from '../../src/backend/native-ops/native.ts';
import { tf } from '../../src/backend/tf.ts';
import { TuneError } from '../../src/errors.ts';
import type { Json } from '../../src/space/space.ts';
import type { Technique } from '../../src/space/technique.ts';
import { createRng } from '../../src/study/rng.ts';
import { activations } from '../../src/train/activations/index.ts';
import type { MemoryBatches } from '../../src/train/batches.ts';
import { augmentations } from '../../src/train/augment/index.ts';
import { constraints } from '../../src/train/constraints/index.ts';
import { clippings } from '../../src/train/clipping/index.ts';
import { rawStep } from '../../src/train/epochs.ts';
import { createHyper } from '../../src/train/hyper.ts';
import { initializers } from '../../src/train/initializers/index.ts';
import { layers } from '../../src/train/layers/index.ts';
import { type Layer, type Shape } from '../../src/train/layers/layer.ts';
import { sequence } from '../../src/train/layers/sequence.ts';
import { losses } from '../../src/train/losses/index.ts';
import type { Loss } from '../../src/train/losses/loss.ts';
import { optimizers } from '../../src/train/optimizers/index.ts';
import type { Program } from '../../src/train/program.ts';
import { regularizers } from '../../src/train/regularizers/index.ts';
import { initialState } from '../../src/train/step.ts';
import { continuousKnobs, structureOf } from '../../src/train/structure.ts';
import { knobNames, pairOf, pairOfKnob } from './knobs.ts';
import { afterOne, batchesOf, fits, holdsLayers, programOf, shapes, type Kind, type ProgramCase } from './programs.ts';

beforeAll(() => loadBackend());

const kind = fc.constantFrom(...(Object.keys(shapes) as Kind[]));
const task = fc.constantFrom('classification' as const, 'regression' as const);

type Named = readonly [technique: Technique, knobs: readonly [Json, Json]];

function oneOf(techniques: Readonly<Record<string, Technique>>): fc.Arbitrary<Named> {
  return fc.oneof(
    ...Object.values(techniques).map(technique => pairOf(technique).map(([a, b]): Named => [technique, [a!, b!]])),
  );
}

/** Two programs that differ in their continuous knobs alone. */
const programs: fc.Arbitrary<readonly [ProgramCase, ProgramCase]> = fc
  .record({
    kind,
    task,
    layers: fc.array(oneOf(layers), { maxLength: 4 }),
    optimizer: oneOf(optimizers),
    loss: oneOf(losses),
    clipping: fc.option(oneOf(clippings)),
    penalties: fc.subarray(Object.keys(regularizers)),
    coefficients: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ kind, task, optimizer, loss, clipping, penalties, coefficients, ...drawn }) => {
    const fitting = thatFit(drawn.layers, shapes[kind]);
    const side = (index: 0 | 1): ProgramCase => {
      const choice = ([{ name }, knobs]: Named): Json => ({ [name]: knobs[index] });
      const suits = loss[0].name !== 'classVector' && (loss[0] as Loss).task === task;
      return {
        name: '',
        kind,
        task,
        layers: fitting.map(choice),
        train: {
          optimizer: choice(optimizer),
          ...(suits && { loss: choice(loss) }),
          ...(clipping && { clipping: choice(clipping) }),
          ...Object.fromEntries(penalties.map(name => [name, coefficients[index]])),
        },
      };
    };
    return [side(0), side(1)] as const;
  })
  // Its numbers must be whole and below its vocabulary, which what is drawn here is not.
  .filter(([{ layers }]) => !JSON.stringify(layers).includes('"embedding"'));

/** Leaves out the layers that do not fit the ones before. */
function thatFit(drawn: readonly Named[], input: Shape): Named[] {
  const fitting: Named[] = [];
  for (const next of drawn) if (isModel([...fitting, next], input)) fitting.push(next);
  return fitting;
}

function isModel(drawn: readonly Named[], input: Shape): boolean {
  try {
    sequence(
      drawn.map(([technique, [given]]) => ({ technique: technique as Layer, knobs: technique.knobs.parse(given) })),
      input,
    );
    return true;
  } catch (error) {
    if (error instanceof TuneError) return false;
    throw error;
  }
}

function bytesOf(program: Program, { data, scaling }: MemoryBatches): Buffer {
  return tf.tidy(() => {
    const state = initialState(program, createRng(1, 'weights'));
    const hyper = { hyper: createHyper(program, 1), scaling };
    const step = rawStep(program);
    const native: typeof step = (...inputs) => withNativeOps(() => step(...inputs));
    const { graph } = recordGraph(native, 4, { data, state, hyper });
    return Buffer.from(graph.savedModel) as never;
  }) as unknown as Buffer;
}

describe('the graph', () => {
  it('depends on the structure alone', { timeout: 120_000 }, () => {
    const batches = new Map<string, MemoryBatches>();
    const batchesFor = (of: ProgramCase): MemoryBatches => {
      const key = `${of.kind} ${of.task}`;
      batches.set(key, batches.get(key) ?? batchesOf(of));
      return batches.get(key)!;
    };
    fc.assert(
      fc.property(programs, pair => {
        const [a, b] = pair.map(programOf) as [Program, Program];
        expect(a.structure).toBe(b.structure);
        const [first, second] = [a, b].map(program => bytesOf(program, batchesFor(pair[0]))) as [Buffer, Buffer];
        expect(Buffer.compare(first, second)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

const techniques: readonly (readonly [string, Technique])[] = Object.entries({
  layer: layers,
  activation: activations,
  initializer: initializers,
  loss: losses,
  optimizer: optimizers,
  clipping: clippings,
  constraint: constraints,
  augmentation: augmentations,
}).flatMap(([kind, map]) =>
  Object.values<Technique>(map).map(technique => [`${kind} ${technique.name}`, technique] as const),
);

const knobs = techniques.flatMap(([name, technique]) =>
  knobNames(technique).map(knob => [`${name}: ${knob}`, technique, knob] as const),
);

describe('the structure', () => {
  it.each(knobs)('%s', (_, technique, knob) => {
    const isContinuous = (technique.continuous ?? []).includes(knob);
    const [first, ...others] = fc.sample(pairOf(technique), { numRuns: 1, seed: 1 });
    expect(others).toEqual([]);
    const drawn = fc.sample(pairOfKnob(technique, knob), { numRuns: 60, seed: 2 }).map(([value]) => value);
    const values = isContinuous ? drawn.filter(value => value !== undefined) : drawn;
    const structures = new Map(
      values.map(value => {
        const given: unknown = technique.knobs.parse({ ...(first![0] as object), [knob]: value });
        return [textOf(given), structureOf([{ technique, knobs: given }])];
      }),
    );
    // As many structures as there are different knobs, or one.
    expect(structures.size).toBeGreaterThan(1);
    expect(new Set(structures.values()).size).toBe(isContinuous ? 1 : structures.size);
  });

  it.each(techniques)('%s has a name of its own in it', (_, technique) => {
    const [given] = fc.sample(pairOf(technique), { numRuns: 1, seed: 1 })[0]!;
    const structure = structureOf([{ technique, knobs: technique.knobs.parse(given) }]);
    expect(structure).toContain(`"${technique.name}"`);
  });
});

/** Knobs as text, for each chosen technique in them its name and its knobs but the continuous ones. */
function textOf(knobs: unknown): string {
  return JSON.stringify(knobs, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('technique' in value)) return value;
    const { technique, knobs } = value as unknown as { readonly technique: Technique; readonly knobs: object };
    const fixed = Object.entries(knobs).filter(([name]) => !(technique.continuous ?? []).includes(name));
    return { name: technique.name, knobs: Object.fromEntries(fixed) };
  });
}

describe('a layer takes as inputs', () => {
  const single = Object.values<Layer>(layers).filter(layer => !holdsLayers(knobNames(layer)));

  it.each(single.map(layer => [layer.name, layer] as const))('its continuous knobs: %s', (_, layer) => {
    const drawn = fc.sample(pairOf(layer), { numRuns: 200, seed: 1 }).map(([given]) => layer.knobs.parse(given));
    const fitting = drawn.flatMap(given =>
      Object.values(shapes).flatMap(shape => (fits(layer, given, shape) ? [[given, shape] as const] : [])),
    );
    expect(fitting).not.toEqual([]);
    for (const [given, shape] of fitting) {
      const expected = Object.keys(continuousKnobs({ technique: layer, knobs: given }));
      expect(Object.keys(layer.plan(given, shape, afterOne(shape)).hyper)).toEqual(expected);
    }
  });
});
