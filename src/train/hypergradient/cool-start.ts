/**
 * A learning rate that is too high does its damage in the first steps: units die, weights grow, and no smaller rate mends
 * it. So before a training whose rate is tuned, a few steps with smaller ones are tried from the first weights, and the
 * rate starts where the tuning rows' loss is lowest after them. A range test, downwards alone: Smith 2017,
 * https://arxiv.org/abs/1506.01186.
 */
import { tf } from '../../backend/tf.ts';
import { rawStep, type EpochsContext } from '../epochs.ts';
import { evaluate } from '../evaluate.ts';
import type { RawBatch } from '../raw-rows.ts';
import type { Hyper } from '../step.ts';
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
  { program, batches, batchSize, keeper, graphs, count }: EpochsContext,
  hyper: Hyper,
  data: RawBatch,
  order: Int32Array,
  isTuned: boolean,
): Promise<Start> {
  const { scaling, tuning } = batches;
  /** The training loss of the steps, and the tuning rows' loss after them. */
  const attempt = async (share: number): Promise<{ readonly during: number; readonly after: number }> => {
    const own = { ...hyper, [rate]: tf.mul(hyper[rate]!, share) };
    const inputs = { data, state: keeper.state, hyper: { hyper: own, scaling } };
    const graph = graphs.take(`train ${program.structure}`, batchSize, inputs, rawStep(program));
    const { state, metrics } = await graph.epoch({ ...inputs, order });
    count(order.length);
    try {
      if (share === 0) return { during: metrics['loss']!, after: Infinity };
      const { loss } = await evaluate(program, batches, tuning, state, own, graphs);
      return { during: metrics['loss']!, after: Number.isFinite(loss) ? loss! : Infinity };
    } finally {
      tf.dispose([state, own[rate]] as never);
    }
  };
  let best = { share: 1, loss: Infinity };
  for (const share of isTuned ? shares : []) {
    const { after } = await attempt(share);
    // Smaller rates than one that is slower will be slower still.
    if (after >= best.loss && best.loss < Infinity) break;
    if (after < best.loss) best = { share, loss: after };
  }
  // With a rate of 0, weights stay where they are.
  const { during } = await attempt(0);
  return { share: best.share, loss: during };
}
