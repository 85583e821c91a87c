/**
 * The float64 reference of hypergradients against itself: exact derivatives against differences of whole trainings, and
 * all of them against closed forms. Numbers in brackets are those of the checks in issue 6.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf } from '../../../src/backend/tf.ts';
import { createHyper } from '../../../src/train/hyper.ts';
import { asGiven } from '../../../src/train/named-tensors.ts';
import { buildProgram } from '../../../src/train/program.ts';
import { modelSection, trainSection } from '../../../src/train/sections.ts';
import { initialState, trainStep } from '../../../src/train/step.ts';
import { createRng } from '../../../src/study/rng.ts';
import { differenceHessianTimes, wholeRunDifference } from './reference/differences.ts';
import { forwardMode, hypergradient, noTangent, tangentStep, validationGradient } from './reference/forward-mode.ts';
import { network, weightsOf } from './reference/network.ts';
import { neumann, oneStep, type Held } from './reference/neumann.ts';
import { linear, quadratic } from './reference/objective.ts';
import * as problems from './reference/problems.ts';
import { bestRidge, goldenSection, ridgeHypergradient, ridgeValidationLoss, ridgeWeights } from './reference/ridge.ts';
import { rules, type RuleName } from './reference/rules.ts';
import { firstState, gradientOf, run, stepOf, type State, type Training } from './reference/training.ts';
import { combine, dot, norm, relativeError, times, type Vector } from './reference/vectors.ts';

const { hypers, hyperNames, networkTraining, ridge, ridgeTraining, trainRows } = problems;
const ruleNames: readonly RuleName[] = ['momentum', 'adamw'];

function normal(length: number, ...stream: readonly (number | string)[]): Vector {
  const rng = createRng(1, ...stream);
  return Float64Array.from({ length }, () => rng.normal());
}

/** Symmetric, with eigenvalues above 0. */
function positiveMatrix(size: number): Vector[] {
  const factors = Array.from({ length: size }, (_, i) => normal(size, 'matrix', i));
  return factors.map((a, i) => Float64Array.from(factors, (b, j) => dot(a, b) / size + (i === j ? 0.1 : 0)));
}

describe('exact derivatives of the objectives', () => {
  const { table } = problems;
  const cases = {
    'tanh network': network(table, problems.units, 'tanh'),
    'relu network': network(table, problems.units, 'relu'),
    linear: linear(ridge.table),
    quadratic: quadratic(positiveMatrix(6), normal(6, 'b')),
  };
  it.each(Object.entries(cases))('%s', (_, objective) => {
    const rows = trainRows.slice(0, 50);
    const w = objective.size === problems.initial.length ? problems.initial : normal(objective.size, 'w');
    const v = normal(objective.size, 'v');
    const along = (step: number): number => objective.loss(combine([1, w], [step, v]), rows);
    expect((along(1e-5) - along(-1e-5)) / 2e-5).toBeCloseTo(dot(objective.gradient(w, rows), v), 6);
    const product = differenceHessianTimes(x => objective.gradient(x, rows), w, v, 1e-5);
    expect(relativeError(product, objective.hessianTimes(w, v, rows))).toBeLessThan(1e-7);
  });
});

describe.each(ruleNames)('the training by %s is that of the backend', rule => {
  beforeAll(() => loadBackend());

  it('in 50 steps', () => {
    const { features, units, table, initial, namedWeights } = problems;
    const training = networkTraining(rule, 50);
    const program = buildProgram(
      { task: 'regression', inputShape: [features], targetSize: 1 },
      modelSection.parse({ layers: [{ dense: { units, activation: 'tanh' } }] }),
      trainSection.parse(problems.trainSectionOf(rule, hypers[rule])),
    );
    expect(program.plan.weights).toMatchObject(weightsOf(features, units));
    for (const name of hyperNames(rule))
      expect(program.hyper[problems.programHyperName(rule, name)]).toBe(hypers[rule][name]);

    const step = trainStep(program);
    const hyper = createHyper(program, 1);
    const first = initialState(program, createRng(1, 'weights'), asGiven(namedWeights(initial)));
    const { weights } = training.batches.reduce((state, rows) => {
      const values = problems.valuesOf(table, rows);
      const inputs = tf.tensor(values.inputs, [rows.length, features]);
      const targets = tf.tensor(values.targets, [rows.length, 1]);
      return step({ inputs, targets }, state, hyper).state;
    }, first);
    expect(relativeError(Float64Array.from(weights.dataSync()), run(training, hypers[rule]).weights)).toBeLessThan(
      1e-5,
    );
  });
});

describe.each(ruleNames)('[1] forward mode is the difference of whole trainings by %s', rule => {
  const cases = [1, 5, 50, 300].flatMap(steps => hyperNames(rule).map(name => ({ steps, name })));
  it.each(cases)('$steps steps, $name', ({ steps, name }) => {
    const training = networkTraining(rule, steps);
    const exact = forwardMode(training, hypers[rule], name);
    const difference = wholeRunDifference(training, hypers[rule], name, steps < 50 ? 0.2 : 0.01);
    // The first step of Adam is the same for all beta1: what remains is rounding.
    const tolerance = Math.max(1e-6 * Math.abs(exact), 1e-12);
    expect(Math.abs(difference - exact)).toBeLessThanOrEqual(tolerance);
  });
});

describe('[2] a quadratic', () => {
  const matrix = positiveMatrix(12);
  const objective = quadratic(matrix, normal(12, 'b'));
  const [w, v] = [normal(12, 'w'), normal(12, 'v')];
  const product = Float64Array.from(matrix, row => dot(row, v));
  const gradient = (x: Vector): Vector => objective.gradient(x, []);

  it('has the Hessian that differences of its gradient give', () => {
    expect(relativeError(differenceHessianTimes(gradient, w, v, 1e-3), product)).toBeLessThan(1e-3);
  });

  it('tells (a - b) / 2 * e from (a - b) / (2 * e)', () => {
    const e = 1e-3 / norm(v);
    const difference = combine([1, gradient(combine([1, w], [e, v]))], [-1, gradient(combine([1, w], [-e, v]))]);
    expect(relativeError(combine([e / 2, difference]), product)).toBeGreaterThan(0.9);
  });
});

describe('[3] the Neumann series at the optimum of ridge regression', () => {
  const l2 = 0.3;
  const training = ridgeTraining(ridge, 0);
  const state: State = { ...firstState(training), weights: ridgeWeights(ridge, l2) };
  const exact = ridgeHypergradient(ridge, l2);
  const errorOf = (terms: number, learningRate = 0.2): number => {
    const hyper = { learningRate, l2 };
    const found = neumann(training, state, ridge.training, hyper, 'l2', { terms, held: 'velocity' });
    return Math.abs(found - exact) / Math.abs(exact);
  };

  it('is where the gradient is 0', () => {
    expect(norm(gradientOf(training, state.weights, ridge.training, { learningRate: 1, l2 }))).toBeLessThan(1e-12);
  });

  it('has the derivative of the closed form', () => {
    const slope = (ridgeValidationLoss(ridge, l2 + 1e-5) - ridgeValidationLoss(ridge, l2 - 1e-5)) / 2e-5;
    expect(slope).toBeCloseTo(exact, 8);
  });

  it('comes closer with each term', () => {
    const errors = [1, 5, 20, 100].map(terms => errorOf(terms));
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    expect(errors[3]).toBeLessThan(1e-4);
  });

  it('is what forward mode comes to', () => {
    const long = ridgeTraining(ridge, 400);
    const found = forwardMode(long, { learningRate: 0.2, momentum: 0.3, l2 }, 'l2');
    expect(found).toBeCloseTo(exact, 10);
    expect(forwardMode(long, { learningRate: 0.2, l2 }, 'learningRate')).toBeCloseTo(0, 10);
  });
});

describe('[4] the best coefficient of ridge regression', () => {
  it('is inside the range, and nothing near it is better', () => {
    const best = bestRidge(ridge);
    expect(best).toBeGreaterThan(1e-3);
    expect(best).toBeLessThan(10);
    for (const factor of [0.5, 0.99, 1.01, 2])
      expect(ridgeValidationLoss(ridge, best * factor)).toBeGreaterThan(ridgeValidationLoss(ridge, best));
    expect(ridgeHypergradient(ridge, best)).toBeCloseTo(0, 6);
  });

  it('is found by golden sections where it is known', () => {
    expect(goldenSection(x => (x - 0.3) ** 2, -2, 5, 1e-6)).toBeCloseTo(0.3, 5);
    expect(goldenSection(x => Math.abs(x), -1, 10, 1e-9)).toBeCloseTo(0, 8);
  });
});

describe('[5] one step from a state without tangents', () => {
  const [rows] = problems.minibatches(8).slice(7) as [readonly number[]];
  const oneStepOf = (rule: RuleName) => {
    const training = networkTraining(rule, 7);
    const state = run(training, hypers[rule]);
    return { training, hyper: hypers[rule], state, after: stepOf(training, state, rows, hypers[rule]) };
  };

  it.each(ruleNames.flatMap(rule => hyperNames(rule).map(name => ({ rule, name }))))(
    'forward mode is a Neumann series of one term: $rule, $name',
    ({ rule, name }) => {
      const { training, hyper, state, after } = oneStepOf(rule);
      const tangent = tangentStep(training, state, rows, hyper, noTangent(training), name);
      const forward = hypergradient(training, after, tangent);
      expect(Math.abs(forward)).toBeGreaterThan(0);
      const series = neumann(training, state, rows, hyper, name, { terms: 1, held: 'velocity' });
      expect(Math.abs(series - forward)).toBeLessThan(1e-12 * Math.abs(forward));
    },
  );

  it('and that is the closed form of momentum', () => {
    const { training, hyper, state, after } = oneStepOf('momentum');
    const { learningRate, weightDecay = 0 } = hyper;
    const q = validationGradient(training, after);
    const g = gradientOf(training, state.weights, rows, hyper);
    const decayed = times(training.decays, state.weights);
    const closed = {
      learningRate: -dot(q, combine([1, g], [weightDecay, decayed])),
      momentum: dot(q, state.memory[0]!),
      weightDecay: -learningRate * dot(q, decayed),
      l2: -2 * learningRate * dot(q, decayed),
      l1: -learningRate * dot(q, decayed.map(Math.sign)),
    };
    const found = (name: keyof typeof closed, held: Held): number =>
      neumann(training, state, rows, hyper, name, { terms: 1, held });
    for (const name of Object.keys(closed) as (keyof typeof closed)[])
      expect(Math.abs(found(name, 'velocity') - closed[name])).toBeLessThan(1e-12 * Math.abs(closed[name]));
    const ofClarke = dot(q, combine([1 / learningRate, after.memory[0]!], [-weightDecay, decayed]));
    expect(Math.abs(found('learningRate', 'gradients') - ofClarke)).toBeLessThan(1e-12 * Math.abs(ofClarke));
  });

  it.each(ruleNames)('a second term of %s goes through the step once more', rule => {
    const training: Training = { ...ridgeTraining(ridge, 0), rule: rules[rule] };
    const hyper = { learningRate: 0.1, momentum: 0.5, weightDecay: 0.3, l2: 0.1 };
    const state = drawnState(training);
    const after = (e: number, v: Vector): Vector =>
      stepOf(training, { ...state, weights: combine([1, state.weights], [e, v]) }, ridge.training, hyper).weights;
    const direct = oneStep(training, state, ridge.training, hyper, 'l2', 'velocity');
    const again = combine([1 / 2e-4, after(1e-4, direct)], [-1 / 2e-4, after(-1e-4, direct)]);
    const q = validationGradient(training, stepOf(training, state, ridge.training, hyper));
    const expected = dot(q, combine([1, direct], [1, again]));
    const found = neumann(training, state, ridge.training, hyper, 'l2', { terms: 2, held: 'velocity' });
    expect(Math.abs(found - expected)).toBeLessThan(1e-6 * Math.abs(expected));
    expect(Math.abs(dot(q, again))).toBeGreaterThan(1e-3 * Math.abs(expected));
  });
});

describe('[6] the learning rate on a quadratic', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'should rise where it is low and fall where steps overshoot: start %i',
    seed => {
      const eigenvalues = Float64Array.from([1, 0.7, 0.4, 0.1]);
      const objective = quadratic(
        [...eigenvalues].map((value, i) => Float64Array.from({ length: 4 }, (_, j) => (i === j ? value : 0))),
        normal(4, 'b', seed),
      );
      const training: Training = {
        ...ridgeTraining(ridge, 0),
        objective,
        initial: normal(4, 'start', seed),
        decays: new Float64Array(4),
        batches: Array.from({ length: 20 }, () => []),
      };
      const slope = (learningRate: number): number => forwardMode(training, { learningRate }, 'learningRate');
      for (const low of [1e-5, 1e-3, 1e-2]) expect(slope(low)).toBeLessThan(0);
      for (const high of [1.95, 1.99, 2.01]) expect(slope(high)).toBeGreaterThan(0);
    },
  );
});

/** In the middle of a training, with memory. */
function drawnState({ objective, rule }: Training): State {
  return {
    weights: normal(objective.size, 'start'),
    memory: Array.from({ length: rule.slots }, (_, slot) => normal(objective.size, 'memory', slot).map(Math.abs)),
    step: 4,
  };
}
