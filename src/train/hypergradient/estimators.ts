/** How a stretch of steps is trained so that it tells the hypergradient at its end: with sensitivities, or from its last step. */
import { tf, type Tensor } from '../../backend/tf.ts';
import { trainRows, type EpochsContext } from '../epochs.ts';
import { normalizeBatch, type RawBatch, type Scaling } from '../raw-rows.ts';
import type { Batch, State } from '../step.ts';
import type { Trail } from './trail.ts';
import {
  forwardHypergradient,
  noTangents,
  restoredTangents,
  tangentsByName,
  tangentStep,
  type Carried,
  type Tangents,
} from './forward.ts';
import { needsDifference, neumannStep } from './neumann.ts';
import type { TunedHyper } from './values.ts';

export interface Stretch {
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly isComplete: boolean;
  /** By the coordinates, where it was asked for. */
  readonly gradient?: readonly number[];
}

export interface Estimator {
  /**
   * Trains rows of training.
   * @param held tuning rows whose loss gives the gradient when they are trained
   */
  train(data: RawBatch, tuned: TunedHyper, order: Int32Array, held?: Int32Array): Promise<Stretch>;
  /** The gradient by the rows, where it can be told at any time. */
  gradient?(data: RawBatch, tuned: TunedHyper, rows: Int32Array): Promise<readonly number[]>;
  /** Forgets what led here. */
  reset(): void;
  /** What it remembers of that, by name. */
  tensors(): Readonly<Record<string, Tensor>>;
  dispose(): void;
}

interface Scaled {
  readonly tuned: TunedHyper;
  readonly scaling: Scaling;
}

/** A loss that is no number ends a stretch, and what follows is the caller's to decide. */
type GoesOn = EpochsContext['goesOn'];

/** @param from what it remembers; default: nothing */
export function forwardEstimator(
  context: EpochsContext,
  { tuning }: Trail,
  goesOn: GoesOn,
  from?: ReadonlyMap<string, Tensor>,
): Estimator {
  const { program, batches, batchSize, keeper, graphs, count } = context;
  const { parameters, knobs } = tuning;
  const key = `${program.structure} ${JSON.stringify([parameters, knobs.cap])}`;
  const step = tangentStep(program, parameters, knobs.cap);
  const rawTangentStep = (raw: RawBatch, carried: Carried, { tuned, scaling }: Scaled) =>
    step(normalizeBatch(raw, scaling), carried, tuned);
  const hypergradient = forwardHypergradient(program, parameters);
  type Held = Scaled & { readonly state: State; readonly tangents: Tangents };
  const rawHypergradient = (raw: RawBatch, _: unknown, { state, tangents, tuned, scaling }: Held) => ({
    state: { gradient: hypergradient(normalizeBatch(raw, scaling), state, tangents, tuned) },
    metrics: {},
  });
  let tangents = from ? restoredTangents(from) : noTangents(keeper.state, parameters.length);
  const replaceTangents = (next: Tangents): void => {
    tf.dispose(tangents as never);
    tangents = next;
  };
  const gradient = async (data: RawBatch, tuned: TunedHyper, rows: Int32Array): Promise<number[]> => {
    const { scaling } = batches;
    const first = { gradient: tf.zeros([parameters.length]) };
    const inputs = { data, state: first, hyper: { state: keeper.state, tangents, tuned, scaling } };
    const graph = graphs.take(`hypergradient ${key}`, rows.length, inputs, rawHypergradient as never);
    const { state } = await graph.epoch({ ...inputs, order: rows });
    tf.dispose(first as never);
    count(rows.length);
    return read(state.gradient);
  };
  return {
    async train(data, tuned, order, held) {
      const inputs = {
        data,
        state: { state: keeper.state, tangents },
        hyper: { tuned, scaling: batches.scaling },
      };
      const graph = graphs.take(`forward ${key}`, batchSize, inputs, rawTangentStep);
      const { state, ...stretch } = await graph.epoch({ ...inputs, order, goesOn });
      keeper.replace(state.state);
      replaceTangents(state.tangents);
      count(stretch.rows * (1 + parameters.length));
      if (!held || !stretch.isComplete) return stretch;
      return { ...stretch, gradient: await gradient(data, tuned, held) };
    },
    gradient,
    reset: () => replaceTangents(noTangents(keeper.state, parameters.length)),
    tensors: () => tangentsByName(tangents),
    dispose: () => tf.dispose(tangents as never),
  };
}

export function neumannEstimator(context: EpochsContext, { tuning }: Trail, goesOn: GoesOn): Estimator {
  const { program, batches, batchSize, keeper, graphs, count } = context;
  const { parameters, knobs } = tuning;
  const { terms } = knobs;
  const key = `${program.structure} ${JSON.stringify([parameters, terms])}`;
  const step = neumannStep(program, parameters, terms);
  type Told = { readonly state: State; readonly gradient: Tensor };
  const rawNeumannStep =
    (size: number) =>
    (raw: RawBatch, { state }: Told, { tuned, scaling }: Scaled) => {
      const rows = normalizeBatch(raw, scaling);
      const part = (from: number, rowsOfPart: number): Batch => {
        const cut = (all: Tensor): Tensor => tf.slice(all, from, rowsOfPart);
        return { inputs: cut(rows.inputs), targets: cut(rows.targets) };
      };
      const { hypergradient, ...stepped } = step(
        part(0, size),
        part(size, rows.targets.shape[0]! - size),
        state,
        tuned,
      );
      return { state: { state: stepped.state, gradient: hypergradient }, metrics: stepped.metrics };
    };
  const { scaling } = batches;
  const differences = parameters.filter(parameter => needsDifference(program, parameter)).length;
  const plain = async (data: RawBatch, { hyper }: TunedHyper, order: Int32Array): Promise<Stretch> => {
    const { state, ...stretch } = await trainRows(context, data, hyper, order, goesOn);
    keeper.replace(state);
    count(stretch.rows);
    return stretch;
  };
  return {
    async train(data, tuned, order, held) {
      if (!held) return plain(data, tuned, order);
      const size = order.length % batchSize || batchSize;
      const [most, last] = [order.subarray(0, -size), order.subarray(-size)];
      const before =
        most.length > 0 ? await plain(data, tuned, most) : { rows: 0, metrics: { loss: 0 }, isComplete: true };
      if (!before.isComplete || !Number.isFinite(before.metrics['loss'])) return before;
      const first = { gradient: tf.zeros([parameters.length]) };
      const inputs = { data, state: { state: keeper.state, ...first }, hyper: { tuned, scaling } };
      const both = new Int32Array(last.length + held.length);
      both.set(last);
      both.set(held, last.length);
      const graph = graphs.take(`neumann ${size} ${key}`, both.length, inputs, rawNeumannStep(size));
      const { state, metrics } = await graph.epoch({ ...inputs, order: both });
      tf.dispose(first as never);
      keeper.replace(state.state);
      count(size * (terms + differences) + held.length);
      const loss = (before.metrics['loss']! * most.length + metrics['loss']! * size) / order.length;
      return { rows: order.length, metrics: { loss }, isComplete: true, gradient: read(state.gradient) };
    },
    reset: () => undefined,
    tensors: () => ({}),
    dispose: () => undefined,
  };
}

/** The numbers of a small tensor, which it frees. */
function read(tensor: Tensor): number[] {
  const numbers = [...tensor.dataSync()];
  tensor.dispose();
  return numbers;
}
