/** Measures a model on the validation data of a fit, by a graph, or where that is refused the way tfjs does it. */
import { tf, type Tensor } from '../../tf.ts';
import { compileStep } from '../compile-step.ts';
import { NotCompilable } from '../not-compilable.ts';
import { takeGraph } from './graphs.ts';
import type { Job, Logs, Validation } from './job.ts';
import { weightsOf } from './model-state.ts';
import { evaluationStep } from './model-step.ts';
import { createRefusals } from './refusals.ts';

/** @returns means over the rows, by label */
export type Measure = () => Promise<Logs>;

export function createMeasure({ model, labels, batchSize }: Job, { test, data }: Validation): Measure {
  const byGraph = async (): Promise<Logs> => {
    const hyper = { weights: weightsOf(model) };
    const graph = takeGraph(model, data, [batchSize, 'validation'], () =>
      compileStep<readonly Tensor[], readonly Tensor[], { readonly weights: readonly Tensor[] }>(
        evaluationStep(model, test, labels),
        { data, state: [], hyper, batchSize, onFallback: refuse },
      ),
    );
    const { metrics } = await graph.epoch({ data, state: [], hyper });
    return byLabel(labels, label => metrics[label]!);
  };
  const byTfjs = (): Logs => {
    const means = model.testLoop(test, data, batchSize);
    const logs = byLabel(labels, (_, index) => means[index]!.dataSync()[0]!);
    tf.dispose(means);
    return logs;
  };
  return async () => {
    if (refusals.has(model)) return byTfjs();
    try {
      return await byGraph();
    } catch (error) {
      if (!(error instanceof NotCompilable)) throw error;
      refusals.add(model, error);
      return byTfjs();
    }
  };
}

const refusals = createRefusals('this model is validated op by op');

function refuse(reason: NotCompilable): never {
  throw reason;
}

function byLabel(labels: readonly string[], value: (label: string, index: number) => number): Logs {
  return Object.fromEntries(labels.map((label, index) => [label, value(label, index)]));
}
