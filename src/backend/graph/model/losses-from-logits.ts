/**
 * Cross-entropies from logits: tfjs takes them from probabilities, in a dozen ops and with a cut at 1e-7. Where a model
 * ends with softmax or sigmoid, the input of that activation is remembered, and TensorFlow's own op does the loss.
 */
import { sigmoidCrossEntropy } from '../../native-ops/sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from '../../native-ops/softmax-cross-entropy.ts';
import { tf, type Tensor } from '../../tf.ts';
import { withMethods, type Layer, type LayersModel } from './layers-model.ts';

type LossFromLogits = (target: Tensor, logits: Tensor) => Tensor;

/** By the activation that must end the model and the name of the loss. */
const lossesFromLogits: Readonly<Record<string, Readonly<Record<string, LossFromLogits>>>> = {
  softmax: {
    categoricalCrossentropy: (target, logits) => softmaxCrossEntropy(logits, target),
    sparseCategoricalCrossentropy: (target, logits) =>
      sparseSoftmaxCrossEntropy(logits, tf.cast(tf.reshape(target, [-1]), 'int32')),
  },
  sigmoid: {
    binaryCrossentropy: (target, logits) => tf.mean(sigmoidCrossEntropy(logits, tf.cast(target, 'float32')), -1),
  },
};

/** An output whose loss can be taken from logits. */
export interface LogitsOutput {
  readonly index: number;
  readonly loss: LossFromLogits;
  readonly activation: NonNullable<Layer['activation']>;
}

/** @param targets as in the data: labels that are no probabilities keep the loss of tfjs */
export function logitsOutputs(model: LayersModel, targets: readonly Tensor[]): LogitsOutput[] {
  return model.outputLayers.flatMap(({ activation }, index) => {
    const name = lossName(model, index);
    const loss = lossesFromLogits[activation?.getClassName() ?? '']?.[name ?? ''];
    if (!activation || !loss) return [];
    return name === 'categoricalCrossentropy' && !sumToOne(targets[index]!) ? [] : [{ index, loss, activation }];
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
  const remembering = ([output, ...others]: readonly LogitsOutput[]): T => {
    if (!output) return withMethods(model, { lossFunctions } as Partial<LayersModel>, run);
    const { activation } = output;
    const apply = activation.apply.bind(activation);
    const remember = (logits: Tensor, ...rest: unknown[]): Tensor => {
      const result = apply(logits, ...rest);
      // Layers tidy up behind themselves.
      logitsOf.set(result, tf.keep(logits));
      return result;
    };
    return withMethods(activation, { apply: remember }, () => remembering(others));
  };
  try {
    return remembering(outputs);
  } finally {
    tf.dispose([...logitsOf.values()]);
  }
}

function lossName({ loss, outputLayers }: LayersModel, index: number): string | undefined {
  if (typeof loss === 'string') return loss;
  if (Array.isArray(loss)) return loss[index] as string;
  return (loss as Readonly<Record<string, string>>)[outputLayers[index]!.name];
}

/** TensorFlow's gradient counts on labels that are probabilities. */
function sumToOne(labels: Tensor): boolean {
  if (labels.rank !== 2) return false;
  return tf.tidy(() => tf.max(tf.abs(tf.sub(tf.sum(labels, -1), 1))).dataSync()[0]! < 1e-3);
}
