/** Exact derivatives of every optimizer's update against differences of it: one that joins the registry joins these. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { createRng } from '../../../src/study/rng.ts';
import { partialsOf } from '../../../src/train/hypergradient/partials.ts';
import { optimizers } from '../../../src/train/optimizers/index.ts';
import { buildProgram } from '../../../src/train/program.ts';
import { modelSection, trainSection } from '../../../src/train/sections.ts';
import { move, type Gradient, type State } from '../../../src/train/step.ts';

beforeAll(() => loadBackend());

/** Everything that an update depends on, as numbers. */
interface Place {
  readonly gradient: Float32Array;
  readonly weights: Float32Array;
  readonly slots: readonly Float32Array[];
  readonly objective: number;
  readonly scalars: readonly number[];
  readonly hyper: Readonly<Record<string, number>>;
}

const step = 3;

/** Large steps, so that rounding of the weights does not hide them. */
const knobs = { learningRate: 0.5 };

function programOf(name: string) {
  return buildProgram(
    { task: 'regression', inputShape: [3], targetSize: 1 },
    modelSection.parse({ layers: [{ dense: { units: 4, activation: 'tanh' } }] }),
    trainSection.parse({
      optimizer: { [name]: { ...knobs, ...(name === 'eve' && { beta3: 0.5 }) } },
      weightDecay: 0.1,
      learningRates: { output: 0.7 },
    }),
  );
}

/** In the middle of a training, away from where signs change. Averages of squares are above those of gradients. */
function placeOf(name: string, objective: number) {
  const program = programOf(name);
  const size = program.parameters;
  const drawn = (stream: string, low: number, high: number, isSigned = true): Float32Array => {
    const rng = createRng(3, stream);
    return Float32Array.from({ length: size }, () => {
      const value = low + (high - low) * rng.uniform();
      return isSigned && rng.uniform() < 0.5 ? -value : value;
    });
  };
  const signed = new Set(['velocity', 'm', 'gradient', 'step']);
  const slots = Object.keys(program.optimizer.technique.slots).map(slot => {
    // The largest average is this one for half of the elements, and far below for the others.
    if (slot === 'vMax') return Float32Array.from({ length: size }, (_, i) => (i % 2 ? 0.2 : 1.5));
    return signed.has(slot) ? drawn(slot, 0.1, 0.5) : drawn(slot, 0.5, 1, false);
  });
  const scalars = Object.keys(program.optimizer.technique.scalars ?? {}).map(
    scalar => ({ momentumProduct: 0.2, change: 0.8, loss: 1 })[scalar] ?? 0.5,
  );
  const weights = drawn('weights', 0.1, 0.4);
  const place: Place = {
    gradient: drawn('gradient', 0.2, 1),
    weights,
    slots,
    objective,
    scalars,
    hyper: program.hyper,
  };
  return { program, place };
}

function tensorsOf({ gradient, objective, weights, slots, scalars, hyper }: Place) {
  const taken: Gradient = { gradient: tf.tensor1d(gradient), objective: tf.scalar(objective) };
  const state: State = {
    weights: tf.tensor1d(weights),
    statistics: tf.tensor1d([]),
    slots: slots.map(slot => tf.tensor1d(slot)),
    scalars: scalars.map(value => tf.scalar(value)),
    step: tf.scalar(step - 1, 'int32'),
  };
  return {
    taken,
    state,
    hyper: Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, tf.scalar(value)])),
  };
}

/** Next weights and memory, an element for each weight. */
function outputsAt(program: ReturnType<typeof programOf>, place: Place): number[][] {
  const { taken, state, hyper } = tensorsOf(place);
  const next = move(program, taken, state, hyper);
  return [next.weights, ...next.slots, ...next.scalars].map(tensor => [
    ...tf.mul(tensor, tf.onesLike(state.weights)).dataSync(),
  ]);
}

const replaced = <T>(all: readonly T[], index: number, value: T): T[] =>
  all.map((old, i) => (i === index ? value : old));
const shifted = (values: Float32Array, by: number): Float32Array => values.map(value => value + by);

type Moved = (place: Place, by: number) => Place;

/** Each input, what moves it, and how far it may go. */
function inputsOf(place: Place): readonly (readonly [name: string, moved: Moved, scale: number])[] {
  return [
    ['gradient', (at, by) => ({ ...at, gradient: shifted(at.gradient, by) }), 1],
    ['objective', (at, by) => ({ ...at, objective: at.objective + by }), 0.5],
    ['weights', (at, by) => ({ ...at, weights: shifted(at.weights, by) }), 1],
    ...place.slots.map((_, index): [string, Moved, number] => [
      `slot ${index}`,
      (at, by) => ({ ...at, slots: replaced(at.slots, index, shifted(at.slots[index]!, by)) }),
      1,
    ]),
    ...place.scalars.map((_, index): [string, Moved, number] => [
      `scalar ${index}`,
      (at, by) => ({ ...at, scalars: replaced(at.scalars, index, at.scalars[index]! + by) }),
      0.5,
    ]),
    ...Object.entries(place.hyper).map(([name, value]): [string, Moved, number] => [
      name,
      (at, by) => ({ ...at, hyper: { ...at.hyper, [name]: at.hyper[name]! + by } }),
      // Shares stay below 1.
      /beta|rho|momentum/.test(name) ? 1 - value : value,
    ]),
  ];
}

/** Of order 4 (Richardson), element by element. */
function difference(f: (by: number) => number[][], h: number): number[][] {
  const slopes = (by: number): number[][] => {
    const [up, down] = [f(by), f(-by)];
    return up.map((output, o) => output.map((value, i) => (value - down[o]![i]!) / (2 * by)));
  };
  const [wide, narrow] = [slopes(h), slopes(h / 2)];
  return narrow.map((output, o) => output.map((value, i) => (4 * value - wide[o]![i]!) / 3));
}

const numbersOf = (tensor: Tensor | undefined, size: number): number[] =>
  tensor ? [...tensor.dataSync()] : Array.from({ length: size }, () => 0);

// Eve follows the loss where it changes enough but not too much, upwards and downwards; else one of its bounds decides.
const cases = Object.keys(optimizers).flatMap(name =>
  (name === 'eve' ? [1.4, 0.6, 1.04, 20] : [1.4]).map(objective => ({ name, objective })),
);

describe.each(cases)('$name where the loss is $objective', ({ name, objective }) => {
  it('has the derivatives of its update by everything', () => {
    const { program, place } = placeOf(name, objective);
    const { taken, state, hyper } = tensorsOf(place);
    const size = place.weights.length;
    const partials = [...partialsOf(program, taken, state, hyper, Object.keys(program.hyper))];
    expect(partials).toHaveLength(1 + place.slots.length + place.scalars.length);
    let nonzero = 0;
    for (const [input, moved, scale] of inputsOf(place)) {
      if (input === 'optimizer.epsilon') continue;
      const expected = difference(by => outputsAt(program, moved(place, by)), 0.03 * scale);
      partials.forEach(({ gradient, objective, weights, memory, hyper }, output) => {
        const own: Record<string, Tensor | undefined> = { gradient, objective, weights, ...hyper };
        place.slots.forEach((_, index) => (own[`slot ${index}`] = memory[index]));
        place.scalars.forEach((_, index) => (own[`scalar ${index}`] = memory[place.slots.length + index]));
        const found = numbersOf(own[input], size);
        const most = Math.max(...expected[output]!.map(Math.abs));
        nonzero += found.filter(value => value !== 0).length;
        const errors = found.map((value, i) => Math.abs(value - expected[output]![i]!));
        expect(Math.max(...errors), `output ${output} by ${input}`).toBeLessThan(2e-3 * most + 2e-5 / scale);
      });
    }
    expect(nonzero).toBeGreaterThan(2 * size);
  });

  it('are those of the weights alone where no more is asked for', () => {
    const { program, place } = placeOf(name, objective);
    const { taken, state, hyper } = tensorsOf(place);
    const take = () => partialsOf(program, taken, state, hyper, Object.keys(program.hyper));
    const all = [...take()];
    const gradients = vi.spyOn(tf.engine(), 'gradients');
    const [first] = take();
    expect(gradients).toHaveBeenCalledTimes(1);
    gradients.mockRestore();
    for (const part of ['gradient', 'weights'] as const)
      expect(numbersOf(first![part], 1)).toEqual(numbersOf(all[0]![part], 1));
  });
});
