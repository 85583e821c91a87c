/** Epochs with the values that another training has learned: the schedule alone decides, nothing is measured. */
import { tf } from '../../backend/tf.ts';
import { createMeans, rawStep, withoutDropped, type Epochs, type EpochsContext } from '../epochs.ts';
import { createHyper } from '../hyper.ts';
import type { Replay } from './tuning.ts';
import { rate } from './values.ts';

/** @param done steps before these epochs */
export function replayedEpochs(context: EpochsContext, { parameters, schedule }: Replay, done: number): Epochs {
  const { program, batches, batchSize, vectors, keeper, seed, graphs, goesOn, count } = context;
  const { every, values } = schedule;
  const base = createHyper(program, seed, vectors);
  const step = rawStep(program);
  let passed = done;
  let now: Record<string, ReturnType<typeof tf.scalar>> = {};
  const renew = (factor: number): void => {
    tf.dispose(now as never);
    now = Object.fromEntries(
      parameters.flatMap(({ name, hyper }) => {
        const value = values[name]!.at(Math.min(Math.floor(passed / every), values[name]!.length - 1))!;
        return hyper.map(target => {
          const share = target === rate ? factor : 1;
          return [target, tf.scalar(value * share)];
        });
      }),
    );
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
          const inputs = {
            data,
            state: keeper.state,
            hyper: { hyper: { ...base, ...now }, scaling: batches.scaling },
          };
          const graph = graphs.take(`train ${program.structure}`, batchSize, inputs, step);
          const trained = await graph.epoch({ ...inputs, order: rows, goesOn });
          keeper.replace(trained.state);
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
