/** The problems of the reference on the float32 backend: programs, states and compiled runs over the same batches. */
import { compileStep, type CompiledStep, type StepExample } from '../../../src/backend/graph/compile-step.ts';
import type { Step } from '../../../src/backend/graph/step.ts';
import type { Tree } from '../../../src/backend/graph/tree.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { createRng } from '../../../src/study/rng.ts';
import { createHyper } from '../../../src/train/hyper.ts';
import { toCoordinate } from '../../../src/train/hypergradient/coordinate.ts';
import { forwardHypergradient, noTangents, tangentStep } from '../../../src/train/hypergradient/forward.ts';
import { neumannStep } from '../../../src/train/hypergradient/neumann.ts';
import type { TunedParameter } from '../../../src/train/hypergradient/tuning.ts';
import { tunedAt, type TunedHyper } from '../../../src/train/hypergradient/values.ts';
import { asGiven } from '../../../src/train/named-tensors.ts';
import { buildProgram, type Program } from '../../../src/train/program.ts';
import { modelSection, trainSection } from '../../../src/train/sections.ts';
import { initialState, type Batch, type State } from '../../../src/train/step.ts';
import { rowsFrom, type Rows, type Table } from './reference/objective.ts';
import * as problems from './reference/problems.ts';
import type { HyperName, RuleName } from './reference/rules.ts';
import type { State as ReferenceState, Training } from './reference/training.ts';

const { hypers, hyperNames, features, units, table } = problems;

export function networkProgram(rule: RuleName): Program {
  return buildProgram(
    { task: 'regression', inputShape: [features], targetSize: 1 },
    modelSection.parse({ layers: [{ dense: { units, activation: 'tanh' } }] }),
    trainSection.parse(problems.trainSectionOf(rule, hypers[rule])),
  );
}

/** Each hyperparameter of a rule, on the log scale from a tenth to ten times its value; decays by what they forget. */
export function parametersOf(rule: RuleName): TunedParameter[] {
  return hyperNames(rule).map(name => {
    const value = hypers[rule][name]!;
    const isDecay = ['momentum', 'beta1', 'beta2'].includes(name);
    return {
      name,
      hyper: [problems.programHyperName(rule, name)],
      coordinate: isDecay
        ? { scale: 'complement', low: 0.5, high: 0.999 }
        : { scale: 'log', low: value / 10, high: value * 10 },
    };
  });
}

export function tunedHyper(program: Program, parameters: readonly TunedParameter[]): TunedHyper {
  const phi = parameters.map(({ hyper, coordinate }) => toCoordinate(coordinate, program.hyper[hyper[0]!]!));
  const { values, slopes } = tunedAt(parameters, phi, 1);
  return { hyper: { ...createHyper(program, 1), ...values }, slopes };
}

/** Slope of a value by its coordinate, in float64. */
export function slopeOf({ coordinate }: Pick<TunedParameter, 'coordinate'>, value: number): number {
  const { low, high, scale } = coordinate;
  if (scale === 'linear') return high - low;
  return scale === 'log' ? value * Math.log(high / low) : -(1 - value) * Math.log((1 - high) / (1 - low));
}

export function firstState(program: Program): State {
  return initialState(program, createRng(1, 'weights'), asGiven(problems.namedWeights(problems.initial)));
}

/** In the middle of a training of the reference. */
export function stateOf({ weights, memory, step }: ReferenceState): State {
  return {
    weights: tf.tensor1d(Float32Array.from(weights)),
    statistics: tf.tensor1d([]),
    slots: memory.map(slot => tf.tensor1d(Float32Array.from(slot))),
    scalars: [],
    step: tf.scalar(step, 'int32'),
  };
}

/** All rows of a table. */
export function allRows({ inputs, targets }: Table = table): Batch {
  const rows = targets.length;
  const values = problems.valuesOf({ inputs, targets }, rowsFrom(0, rows));
  return {
    inputs: tf.tensor(values.inputs, [rows, inputs[0]!.length]),
    targets: tf.tensor(values.targets, [rows, 1]),
  };
}

/** dV/dphi after the training, in compiled graphs. */
export async function forwardOnBackend(rule: RuleName, { batches, validation }: Training, cap = Infinity) {
  const program = networkProgram(rule);
  const parameters = parametersOf(rule);
  const tuned = tunedHyper(program, parameters);
  const data = allRows();
  const state = { state: firstState(program), tangents: noTangents(firstState(program), parameters.length) };
  const batchSize = batches[0]!.length;
  const steps = compiled(tangentStep(program, parameters, cap), { batchSize, data, state, hyper: tuned });
  const end = await steps.epoch({ data, state, hyper: tuned, order: Int32Array.from(batches.flat()) });
  const told = forwardHypergradient(program, parameters);
  const first = { gradient: tf.zeros([parameters.length]) };
  const given = { ...end.state, tuned };
  const tell = (batch: Batch, _: typeof first, { state, tangents, tuned }: typeof given) => ({
    state: { gradient: told(batch, state, tangents, tuned) },
    metrics: {},
  });
  const look = compiled(tell, { batchSize: validation.length, data, state: first, hyper: given });
  const { gradient } = (await look.epoch({ data, state: first, hyper: given, order: Int32Array.from(validation) }))
    .state;
  return Object.fromEntries(parameters.map(({ name }, index) => [name, gradient.dataSync()[index]!])) as Record<
    HyperName,
    number
  >;
}

/** What one step is taken from. */
export interface OneStep {
  readonly program: Program;
  readonly parameters: readonly TunedParameter[];
  readonly data: Batch;
  readonly state: State;
  /** Numbers of the rows that train. */
  readonly rows: Rows;
  /** Of those whose loss the gradient is of. */
  readonly held: Rows;
  /** Op by op. Default: compiled. */
  readonly eager?: boolean;
}

/** dV/dphi of one step by so many terms of the Neumann series. */
export async function neumannOnBackend(of: OneStep, terms: number): Promise<number[]> {
  const step = neumannStep(of.program, of.parameters, terms);
  return oneStepOnBackend(of, (batch, held, state, tuned) => step(batch, held, state, tuned).hypergradient);
}

/** dV/dphi of one step by forward mode that starts there. */
export async function forwardOfOneStep(of: OneStep): Promise<number[]> {
  const { program, parameters } = of;
  const step = tangentStep(program, parameters, Infinity);
  const told = forwardHypergradient(program, parameters);
  return oneStepOnBackend(of, (batch, held, state, tuned) => {
    const carried = step(batch, { state, tangents: noTangents(state, parameters.length) }, tuned).state;
    return told(held, carried.state, carried.tangents, tuned);
  });
}

async function oneStepOnBackend(
  { program, parameters, data, state, rows, held, eager = false }: OneStep,
  gradientOf: (batch: Batch, held: Batch, state: State, tuned: TunedHyper) => Tensor,
): Promise<number[]> {
  const size = rows.length;
  const step = ({ inputs, targets }: Batch, _: unknown, { state, tuned }: { state: State; tuned: TunedHyper }) => {
    const part = (from: number, length: number): Batch => {
      const cut = (all: Tensor): Tensor => tf.slice(all, from, length);
      return { inputs: cut(inputs), targets: cut(targets) };
    };
    const gradient = gradientOf(part(0, size), part(size, targets.shape[0]! - size), state, tuned);
    return { state: { gradient }, metrics: {} };
  };
  const first = { gradient: tf.zeros([parameters.length]) };
  const hyper = { state, tuned: tunedHyper(program, parameters) };
  const order = Int32Array.from([...rows, ...held]);
  const graph = compiled(step as never, { batchSize: order.length, data, state: first, hyper, eager } as never);
  const { state: told } = await graph.epoch({ data, state: first, hyper, order } as never);
  graph.dispose();
  return [...(told as typeof first).gradient.dataSync()];
}

/** A step that must compile. */
export function compiled<Data extends Tree, State extends Tree, Hyper extends Tree>(
  step: Step<Data, State, Hyper>,
  example: StepExample<Data, State, Hyper>,
): CompiledStep<Data, State, Hyper> {
  return compileStep(step, {
    ...example,
    onFallback: reason => {
      throw reason;
    },
  });
}
