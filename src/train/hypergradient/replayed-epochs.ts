/** Epochs with the values that another training has learned: the schedule alone decides, nothing is measured. */
import { tf } from '../../backend/tf.ts';
import { createMeans, trainRows, withoutDropped, type Epochs, type EpochsContext } from '../epochs.ts';
import { createHyper } from '../hyper.ts';
import type { Hyper } from '../step.ts';
import { valueAt } from './learned-schedule.ts';
import type { Replay } from './tuning.ts';
import { scalarsOf } from './values.ts';

/** @param done steps before these epochs */
export function replayedEpochs(context: EpochsContext, { parameters, schedule }: Replay, done: number): Epochs {
  const { program, batchSize, vectors, keeper, seed, goesOn, count } = context;
  const { every } = schedule;
  const base = createHyper(program, seed, vectors);
  let passed = done;
  let now: Hyper = {};
  const renew = (factor: number): void => {
    tf.dispose(now as never);
    now = scalarsOf(parameters, ({ name }) => valueAt(schedule, name, passed + 1), factor);
  };
  return {
    get hyper() {
      return { ...base, ...now };
    },
    async epoch(portions, factor) {
      const means = createMeans();
      for await (const { data, ...portion } of portions) {
        const order = withoutDropped(context, portion.order);
        for (let at = 0; at < order.length;) {
          if (means.rows > 0 && !goesOn({ metrics: { loss: means.loss } })) return undefined;
          renew(factor);
          const rows = order.subarray(at, at + (every - (passed % every)) * batchSize);
          const { state, ...trained } = await trainRows(context, data, { ...base, ...now }, rows);
          keeper.replace(state);
          count(trained.rows);
          if (!trained.isComplete) return undefined;
          at += rows.length;
          passed += Math.ceil(rows.length / batchSize);
          means.add(trained);
        }
      }
      return means.loss;
    },
    dispose: () => tf.dispose([base, now] as never),
  };
}
