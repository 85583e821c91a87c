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

/**
 * @param order training rows of the steps to try
 * @returns the share of the rate that does best
 */
export async function coolStart(
  { program, batches, batchSize, keeper, graphs, count }: EpochsContext,
  hyper: Hyper,
  data: RawBatch,
  order: Int32Array,
): Promise<number> {
  const { scaling, tuning } = batches;
  const lossAfter = async (share: number): Promise<number> => {
    const own = { ...hyper, [rate]: tf.mul(hyper[rate]!, share) };
    const inputs = { data, state: keeper.state, hyper: { hyper: own, scaling } };
    const graph = graphs.take(`train ${program.structure}`, batchSize, inputs, rawStep(program));
    const { state } = await graph.epoch({ ...inputs, order });
    try {
      const { loss } = await evaluate(program, batches, tuning, state, own, graphs);
      return Number.isFinite(loss) ? loss! : Infinity;
    } finally {
      count(order.length);
      tf.dispose([state, own[rate]] as never);
    }
  };
  let best = { share: 1, loss: Infinity };
  for (const share of shares) {
    const loss = await lossAfter(share);
    // Smaller rates than one that is slower will be slower still.
    if (loss >= best.loss && best.loss < Infinity) break;
    if (loss < best.loss) best = { share, loss };
  }
  return best.share;
}
