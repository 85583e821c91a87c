/** Hypergradients of the step at hand on the backend, against the reference and closed forms: checks 3 and 5 of issue 6. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import type { Json } from '../../../src/space/space.ts';
import { needsDifference } from '../../../src/train/hypergradient/neumann.ts';
import type { TunedParameter } from '../../../src/train/hypergradient/tuning.ts';
import { buildProgram } from '../../../src/train/program.ts';
import { modelSection, trainSection } from '../../../src/train/sections.ts';
import {
  allRows,
  forwardOfOneStep,
  networkProgram,
  neumannOnBackend,
  parametersOf,
  slopeOf,
  stateOf,
  type OneStep,
} from './backend.ts';
import { derivative } from './reference/differences.ts';
import { network } from './reference/network.ts';
import { neumann, type Held } from './reference/neumann.ts';
import * as problems from './reference/problems.ts';
import { ridgeHypergradient, ridgeWeights } from './reference/ridge.ts';
import type { Hyper, HyperName, RuleName } from './reference/rules.ts';
import { firstState, run, stepOf, validationLoss, type State } from './reference/training.ts';

beforeAll(() => loadBackend());

const { hypers, hyperNames, networkTraining, ridge, ridgeTraining } = problems;

describe('[3] ridge regression at its solution', () => {
  const l2 = 0.3;
  const parameter: TunedParameter = { name: 'l2', hyper: ['l2'], coordinate: { scale: 'log', low: 0.01, high: 10 } };
  const training = ridgeTraining(ridge, 0);
  const state: State = { ...firstState(training), weights: ridgeWeights(ridge, l2) };
  const slope = slopeOf(parameter, l2);
  const exact = ridgeHypergradient(ridge, l2) * slope;

  /** The output layer alone. */
  function ridgeStep(learningRate: number): OneStep {
    const program = buildProgram(
      { task: 'regression', inputShape: [state.weights.length], targetSize: 1 },
      modelSection.parse({ layers: [] }),
      trainSection.parse({ optimizer: { sgd: learningRate }, l2 }),
    );
    return {
      program,
      parameters: [parameter],
      data: allRows(ridge.table),
      // With a bias that is 0, and no memory.
      state: stateOf({ ...state, weights: Float64Array.of(...state.weights, 0), memory: [] }),
      rows: ridge.training,
      held: ridge.validation,
    };
  }

  it('is the series of the reference, and comes to the closed form', async () => {
    const errors: number[] = [];
    for (const terms of [1, 5, 20, 100]) {
      // A graph of a hundred gradients takes its time to compile.
      const [found] = (await neumannOnBackend({ ...ridgeStep(0.2), eager: terms === 100 }, terms)) as [number];
      const hyper = { learningRate: 0.2, l2 };
      const expected = neumann(training, state, ridge.training, hyper, 'l2', { terms, held: 'velocity' }) * slope;
      expect(Math.abs(found / expected - 1), `${terms} terms`).toBeLessThan(1e-3);
      errors.push(Math.abs(found / exact - 1));
    }
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    expect(errors[0]).toBeGreaterThan(0.3);
    expect(errors[3]).toBeLessThan(1e-3);
  });

  it('ends where a term does not shrink', async () => {
    // lr H > 2 for all directions: steps overshoot everywhere.
    for (const learningRate of [30, 100]) {
      const [[one], [five]] = (await Promise.all(
        [1, 5].map(terms => neumannOnBackend(ridgeStep(learningRate), terms)),
      )) as [number[], number[]];
      expect(Math.abs(one!)).toBeGreaterThan(0);
      expect(five).toBe(one);
    }
  });
});

/** After seven steps, with memory. */
function middleOf(rule: RuleName) {
  const training = networkTraining(rule, 7);
  const state = run(training, hypers[rule]);
  const rows = networkTraining(rule, 8).batches[7]!;
  const of: OneStep = {
    program: networkProgram(rule),
    parameters: parametersOf(rule),
    data: allRows(),
    state: stateOf(state),
    rows,
    held: training.validation,
  };
  const slopes = of.parameters.map(parameter => slopeOf(parameter, hypers[rule][parameter.name as HyperName]!));
  const series = (terms: number, held: Held = 'velocity'): number[] =>
    hyperNames(rule).map(
      (name, index) => neumann(training, state, rows, hypers[rule], name, { terms, held }) * slopes[index]!,
    );
  return { of, training, state, rows, slopes, series };
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  // Differences of gradients round with the size of all of them.
  const size = Math.max(...expected.map(Math.abs));
  found.forEach((value, i) =>
    expect(Math.abs(value - expected[i]!), `${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(
      tolerance * Math.max(Math.abs(expected[i]!), 0.01 * size),
    ),
  );
}

describe.each(['momentum', 'adamw'] as const)('[5] a single step of %s', rule => {
  it('has the same derivatives by one term and by forward mode that starts there', async () => {
    const { of, series } = middleOf(rule);
    const one = await neumannOnBackend(of, 1);
    expectClose(one, series(1), 1e-3);
    expectClose(await forwardOfOneStep(of), series(1), 1e-2);
  });

  it('and they are the difference of the loss after it', async () => {
    const { of, training, state, rows, slopes } = middleOf(rule);
    const lossAfter = (hyper: Hyper): number => validationLoss(training, stepOf(training, state, rows, hyper));
    const differences = hyperNames(rule).map((name, index) => {
      const value = hypers[rule][name]!;
      const slope = derivative(
        x => lossAfter({ ...hypers[rule], [name]: x }),
        value,
        0.05 * Math.min(value, 1 - value),
      );
      return slope * slopes[index]!;
    });
    expectClose(await neumannOnBackend(of, 1), differences, 1e-3);
  });

  it('has the derivatives of the reference by five terms', async () => {
    const { of, series } = middleOf(rule);
    expectClose(await neumannOnBackend(of, 5), series(5), 2e-2);
  });
});

it('weights of an input that is always 0, which have no memory, change nothing', async () => {
  const { of, rows } = middleOf('adamw');
  const { inputs, targets } = problems.table;
  const table = { inputs: inputs.map(row => row.map((value, column) => (column === 2 ? 0 : value))), targets };
  const training = { ...networkTraining('adamw', 7), objective: network(table, problems.units, 'tanh') };
  const { learningRate, beta1, beta2 } = hypers.adamw as Required<Hyper>;
  const hyper = { learningRate, beta1, beta2 };
  const state = run(training, hyper);
  const parameters = of.parameters.filter(({ name }) => name in hyper);
  const program = buildProgram(
    { task: 'regression', inputShape: [problems.features], targetSize: 1 },
    modelSection.parse({ layers: [{ dense: { units: problems.units, activation: 'tanh' } }] }),
    trainSection.parse({ optimizer: { adam: hyper } }),
  );
  const step = { ...of, program, parameters, data: allRows(table), state: stateOf(state) };
  for (const terms of [1, 5]) {
    const expected = parameters.map(parameter => {
      const name = parameter.name as keyof typeof hyper;
      const series = neumann(training, state, rows, hyper, name, { terms, held: 'velocity' });
      return series * slopeOf(parameter, hyper[name]);
    });
    expectClose(await neumannOnBackend(step, terms), expected, 2e-2);
  }
});

describe('[5] a single step of plain descent', () => {
  it('has the closed form: lr and penalties along the gradient of the held rows', async () => {
    const { training, rows } = middleOf('momentum');
    const hyper = { learningRate: 0.02, l1: 1e-4, l2: 1e-3 };
    const state = { ...run(training, hyper), memory: [] };
    const parameters = parametersOf('momentum').filter(({ name }) => name in hyper);
    const { optimizer: _, ...penalties } = problems.trainSectionOf('momentum', hyper);
    const program = buildProgram(
      { task: 'regression', inputShape: [problems.features], targetSize: 1 },
      modelSection.parse({ layers: [{ dense: { units: problems.units, activation: 'tanh' } }] }),
      trainSection.parse({ ...penalties, optimizer: { sgd: hyper.learningRate } }),
    );
    const of: OneStep = {
      program,
      parameters,
      data: allRows(),
      state: stateOf(state),
      rows,
      held: training.validation,
    };
    const plain = { ...training, initial: state.weights };
    const expected = parameters.map(
      parameter =>
        neumann(plain, firstState(plain), rows, hyper, parameter.name as HyperName, { terms: 1, held: 'velocity' }) *
        slopeOf(parameter, hyper[parameter.name as keyof typeof hyper]),
    );
    expectClose(await neumannOnBackend(of, 1), expected, 1e-4);
    expectClose(await forwardOfOneStep(of), expected, 1e-2);
  });
});

describe('penalties', () => {
  const programWith = (given: Readonly<Record<string, Json>>) =>
    buildProgram(
      { task: 'regression', inputShape: [problems.features], targetSize: 1 },
      modelSection.parse({
        layers: [{ dense: { units: problems.units, activation: 'tanh', l2: 0.02 } }],
      }),
      trainSection.parse({ optimizer: { momentum: { learningRate: 0.05, momentum: 0.8 } }, l1: 0.01, ...given }),
    );
  const parameters: readonly TunedParameter[] = ['l1', '0.dense.l2'].map(name => ({
    name,
    hyper: [name],
    coordinate: { scale: 'log', low: 1e-3, high: 1 },
  }));
  const stepWith = (given: Readonly<Record<string, Json>>): OneStep => {
    const { of } = middleOf('momentum');
    return { ...of, program: programWith(given), parameters };
  };

  it('are exact, and by differences where gradients are clipped', async () => {
    const [plain, loose] = [stepWith({}), stepWith({ clipping: { globalNorm: 1000 } })];
    expect(parameters.map(parameter => needsDifference(plain.program, parameter))).toEqual([false, false]);
    expect(parameters.map(parameter => needsDifference(loose.program, parameter))).toEqual([true, true]);
    for (const terms of [1, 5])
      expectClose(await neumannOnBackend(loose, terms), await neumannOnBackend(plain, terms), 1e-2);
  });

  it('count as they are clipped', async () => {
    const tight = stepWith({ clipping: { globalNorm: 0.1 } });
    const clipped = await neumannOnBackend(tight, 1);
    const [plain, forward] = [await neumannOnBackend(stepWith({}), 1), await forwardOfOneStep(tight)];
    expectClose(clipped, forward, 1e-2);
    expect(Math.abs(clipped[0]! / plain[0]! - 1)).toBeGreaterThan(0.1);
  });

  it('need no difference, unlike other parts of the loss', () => {
    const { program } = stepWith({});
    const of = (...hyper: string[]) => needsDifference(program, { ...parameters[0]!, hyper });
    expect(of('optimizer.learningRate')).toBe(false);
    expect(of('l1', 'optimizer.learningRate')).toBe(false);
    expect(of('1.gaussianDropout.rate')).toBe(true);
    expect(of('l1', 'loss.labelSmoothing')).toBe(true);
  });
});
