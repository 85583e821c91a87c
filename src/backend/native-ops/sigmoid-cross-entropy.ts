/**
 * Cross-entropy of sigmoid(logits) and labels, elementwise, of any shape: max(x, 0) - x z + log(1 + e^-|x|), which
 * neither overflows nor cancels. Gradient: sigmoid(x) - z. Labels are constants. TensorFlow has no op of its own for it:
 * Relu, Mul, Sub, Abs, Neg, Softplus, AddV2; Sigmoid.
 */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

/** @param labels probabilities, of the shape of the logits */
export function sigmoidCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return tf.tidy(() => {
    const hinge = floatOp('Sub', [floatOp('Relu', [logits]), floatOp('Mul', [logits, labels])]);
    const rest = floatOp('Softplus', [floatOp('Neg', [floatOp('Abs', [logits])])]);
    return differentiable(floatOp('AddV2', [hinge, rest]), [logits], [logits, labels], (dy, [logits, labels]) => [
      tf.mul(dy, tf.sub(floatOp('Sigmoid', [logits!]), labels!)),
    ]);
  });
}
