/** The rows of a tensor by number, whatever its type: tfjs's own gather does not know bytes. TensorFlow: GatherV2. */
import { typeOf } from '../native-backend.ts';
import { tf, type Tensor } from '../tf.ts';
import { attribute, runOp } from './run-op.ts';

/**
 * @param tensor [rows, ...]
 * @param order int32 [count]
 * @returns [count, ...]
 */
export function gatherRows(tensor: Tensor, order: Tensor): Tensor {
  const attributes = [
    attribute.type('Tparams', typeOf(tensor)),
    attribute.type('Tindices', 'int32'),
    attribute.type('Taxis', 'int32'),
  ];
  return tf.tidy(() => runOp('GatherV2', attributes, [tensor, order, tf.scalar(0, 'int32')]));
}
