/**
 * Cross-entropies from logits: tfjs takes them from probabilities, in a dozen ops and with a cut at 1e-7. Where a model
 * ends with softmax or sigmoid, the input of that activation is remembered, and TensorFlow's own op does the loss.
 */
import { sigmoidCrossEntropy } from '../../native-ops/sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from '../../native-ops/softmax-cross-entropy.ts';
import { tf, type Tensor } from '../../tf.ts';
import { withAllProperties, type Layer, type LayersModel, type LossFunction } from './layers-model.ts';

interface LossFromLogits {
  /** Whether the targets are such that TensorFlow's op means the same by them. */
  readonly takes: (targets: Tensor, classes: number) => boolean;
  readonly loss: (targets: Tensor, logits: Tensor) => Tensor;
}

/** By the activation that must end the model and the name of the loss. */
const lossesFromLogits: Readonly<Record<string, Readonly<Record<string, LossFromLogits>>>> = {
  softmax: {
    categoricalCrossentropy: {
      // Its gradient counts on labels that are probabilities.
      takes: targets => targets.rank === 2 && isTrue(tf.less(tf.abs(tf.sub(tf.sum(targets, -1), 1)), 1e-3)),
      loss: (targets, logits) => softmaxCrossEntropy(logits, tf.cast(targets, 'float32')),
    },
    sparseCategoricalCrossentropy: {
      // It refuses others, which tfjs leaves out.
      takes: (targets, classes) => isTrue(tf.logicalAnd(tf.greaterEqual(targets, 0), tf.less(targets, classes))),
      loss: (targets, logits) => sparseSoftmaxCrossEntropy(logits, tf.cast(tf.reshape(targets, [-1]), 'int32')),
    },
  },
  sigmoid: {
    binaryCrossentropy: {
      takes: () => true,
      loss: (targets, logits) => tf.mean(sigmoidCrossEntropy(logits, tf.cast(targets, 'float32')), -1),
    },
  },
};

/** An output whose loss can be taken from logits. */
export interface LogitsOutput {
  readonly index: number;
  readonly loss: LossFunction;
  readonly activation: NonNullable<Layer['activation']>;
}

/** @param targets all of the data, per output */
export function logitsOutputs(model: LayersModel, targets: readonly Tensor[]): LogitsOutput[] {
  return model.outputLayers.flatMap(({ activation }, index) => {
    const known = lossesFromLogits[activation?.getClassName() ?? '']?.[lossName(model, index) ?? ''];
    const classes = model.outputs[index]!.shape.at(-1);
    if (!activation || !known || typeof classes !== 'number') return [];
    return tf.tidy(() => known.takes(targets[index]!, classes)) ? [{ index, loss: known.loss, activation }] : [];
  });
}

/** Runs a step of the model with the losses of these outputs taken from their logits. */
export function withLossesFromLogits<T>(model: LayersModel, outputs: readonly LogitsOutput[], run: () => T): T {
  const logitsOf = new Map<Tensor, Tensor>();
  const lossFunctions = [...model.lossFunctions];
  for (const { index, loss } of outputs) {
    const original = lossFunctions[index]!;
    lossFunctions[index] = (target, output) => {
      const logits = logitsOf.get(output);
      return logits?.rank === 2 ? loss(target, logits) : original(target, output);
    };
  }
  const remembering = [...new Set(outputs.map(({ activation }) => activation))].map(activation => {
    const apply = activation.apply.bind(activation);
    const remember: typeof apply = (logits, ...others) => {
      const result = apply(logits, ...others);
      // Layers tidy up behind themselves.
      logitsOf.set(result, tf.keep(tf.clone(logits)));
      return result;
    };
    return [activation, { apply: remember }] as const;
  });
  try {
    return withAllProperties([[model, { lossFunctions }], ...remembering], run);
  } finally {
    tf.dispose([...logitsOf.values()]);
  }
}

function lossName({ loss, outputLayers }: LayersModel, index: number): string | undefined {
  if (typeof loss === 'string') return loss;
  if (Array.isArray(loss)) return loss[index] as string;
  return (loss as Readonly<Record<string, string>>)[outputLayers[index]!.name];
}

function isTrue(values: Tensor): boolean {
  return tf.all(values).dataSync()[0] === 1;
}
