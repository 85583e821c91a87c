/**
 * Cross-entropy of softmax(logits), from logits [batch, classes] to [batch]: -sum(labels log softmax(logits)).
 * Labels are constants. TensorFlow: SoftmaxCrossEntropyWithLogits, SparseSoftmaxCrossEntropyWithLogits; the second output
 * of both is the gradient.
 */
import type { Attribute } from '../native-backend.ts';
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { attribute, runOps } from './run-op.ts';

/** @param labels [batch, classes] probabilities */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return crossEntropy('SoftmaxCrossEntropyWithLogits', logits, labels, []);
}

/** @param classes [batch] int32, each below the number of classes: TensorFlow refuses others */
export function sparseSoftmaxCrossEntropy(logits: Tensor, classes: Tensor): Tensor {
  return crossEntropy('SparseSoftmaxCrossEntropyWithLogits', logits, classes, [attribute.type('Tlabels', 'int32')]);
}

function crossEntropy(op: string, logits: Tensor, labels: Tensor, attributes: readonly Attribute[]): Tensor {
  return tf.tidy(() => {
    const [loss, slope] = runOps(op, [attribute.type('T', 'float32'), ...attributes], [logits, labels], 2);
    return differentiable(loss!, [logits], [slope!], (dy, [slope]) => [tf.mul(tf.expandDims(dy, -1), slope!)]);
  });
}
