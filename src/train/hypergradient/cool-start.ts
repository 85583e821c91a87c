/**
 * A learning rate that is too high does its damage in the first steps: units die, weights grow, and no smaller rate mends
 * it. So before a training whose rate is tuned, a few steps with smaller ones are tried from the first weights, and the
 * rate starts where the tuning rows' loss is lowest after them. A range test, downwards alone: Smith 2017,
 * https://arxiv.org/abs/1506.01186.
 */
import type { EpochResult } from '../../backend/graph/compile-step.ts';
import { tf } from '../../backend/tf.ts';
import { trainRows, type EpochsContext } from '../epochs.ts';
import { evaluate } from '../evaluate.ts';
import type { RawBatch } from '../raw-rows.ts';
import type { Hyper, State } from '../step.ts';
import { rate } from './values.ts';

/** Of the rate that was asked for. */
const shares = [1, 0.3, 0.1, 0.03, 0.01];

export interface Start {
  /** Of the rate that was asked for: the share that does best. */
  readonly share: number;
  /** Mean training loss of the first weights. */
  readonly loss: number;
}

/**
 * @param order training rows of the steps to try
 * @param isTuned whether the rate is
 */
export async function coolStart(
  context: EpochsContext,
  hyper: Hyper,
  data: RawBatch,
  order: Int32Array,
  isTuned: boolean,
): Promise<Start> {
  const { program, batches, graphs, count } = context;
  /** Something about the steps with a share of the rate, and about the state after them. */
  const after = async <T>(
    share: number,
    look: (stepped: EpochResult<State>, hyper: Hyper) => T,
  ): Promise<Awaited<T>> => {
    const own = { ...hyper, [rate]: tf.mul(hyper[rate]!, share) };
    const stepped = await trainRows(context, data, own, order, () => true);
    count(order.length);
    try {
      return await look(stepped, own);
    } finally {
      tf.dispose([stepped.state, own[rate]] as never);
    }
  };
  const tuningLoss = async ({ state }: EpochResult<State>, own: Hyper): Promise<number> => {
    const { loss } = await evaluate(program, batches, batches.tuning, state, own, graphs);
    return Number.isFinite(loss) ? loss! : Infinity;
  };
  let best = { share: 1, loss: Infinity };
  for (const share of isTuned ? shares : []) {
    const loss = await after(share, tuningLoss);
    // Smaller rates than one that is slower will be slower still.
    if (loss >= best.loss && best.loss < Infinity) break;
    if (loss < best.loss) best = { share, loss };
  }
  // With a rate of 0, weights stay where they are.
  return { share: best.share, loss: await after(0, ({ metrics }) => metrics['loss']!) };
}
