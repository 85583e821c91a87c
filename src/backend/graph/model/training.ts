/** Trains a model by graphs: its variables have their new values after each run. */
import { createRng } from '../../../study/rng.ts';
import { tf, type Tensor } from '../../tf.ts';
import { compileStep, type CompiledStep } from '../compile-step.ts';
import { NotCompilable } from '../not-compilable.ts';
import { takeGraph } from './graphs.ts';
import type { Job, Logs } from './job.ts';
import type { LayersModel } from './layers-model.ts';
import { logitsOutputs } from './losses-from-logits.ts';
import { makeMemory, readState, stateVariables, writeState, type ModelState } from './model-state.ts';
import { trainingStep, type Hyper } from './model-step.ts';
import { hasRateInput, rateOf } from './packed-optimizer.ts';

export interface Training {
  /** Trains on rows in their order, until all had their turn or the model is stopped. */
  run(order: Int32Array): Promise<{ readonly rows: number; readonly logs: Logs }>;
}

/** @throws NotCompilable */
export function createTraining({ model, seed, train, data, labels, batchSize }: Job): Training {
  const present = data.filter(tensor => tensor !== null);
  const withGaps = (batch: readonly Tensor[]): (Tensor | null)[] => {
    let next = 0;
    return data.map(tensor => tensor && batch[next++]!);
  };
  const logits = logitsOutputs(model, present.slice(model.inputs.length));
  const details = [batchSize, data.map(tensor => tensor !== null), logits.map(({ index }) => index)];
  const drawSeed = createRng(seed, 'fit', 'draws').int(2 ** 31);

  let hasBegun = false;
  const onFallback = (reason: NotCompilable): void => {
    if (!hasBegun) throw reason;
    process.stderr.write(`some minibatches train op by op: ${reason.message}\n`);
  };
  const compile = (): CompiledStep<readonly Tensor[], ModelState, Hyper> => {
    const step = trainingStep(model, batch => train(withGaps(batch as readonly Tensor[])), labels, logits);
    const { state, hyper, dispose } = inputsFor(model, drawSeed);
    try {
      return compileStep(step, { data: present, state, hyper, batchSize, onFallback });
    } finally {
      dispose();
    }
  };
  const graph = () => takeGraph(model, present, details, compile);

  if (present.some(({ dtype }) => dtype === 'string')) throw new NotCompilable('the data are texts');
  makeMemory(model);
  graph();
  // From here on callbacks see what happens. Smaller last minibatches and changes of settings are compiled later.
  hasBegun = true;
  return {
    async run(order) {
      const { state, hyper, dispose } = inputsFor(model, drawSeed);
      try {
        const goesOn = (): boolean => !model.stopTraining_;
        const { rows, metrics, state: next } = await graph().epoch({ data: present, state, hyper, order, goesOn });
        writeState(stateVariables(model), next);
        tf.dispose([...next.vectors, ...next.singles, next.step]);
        const { optimizer_: optimizer } = model;
        optimizer.iterations_ = (optimizer.iterations_ ?? 0) + Math.ceil(rows / batchSize);
        return { rows, logs: Object.fromEntries(labels.map(label => [label, metrics[label]!])) };
      } finally {
        dispose();
      }
    },
  };
}

/** State and hyperparameters as tensors, to be disposed. */
function inputsFor(model: LayersModel, drawSeed: number) {
  const state = readState(stateVariables(model), model.optimizer_);
  const rate = hasRateInput(model.optimizer_) ? { rate: rateOf(model.optimizer_) } : {};
  const hyper: Hyper = { seed: tf.scalar(drawSeed, 'int32'), ...rate };
  const dispose = (): void => tf.dispose([...state.vectors, state.step, ...Object.values(hyper)]);
  return { state, hyper, dispose };
}
