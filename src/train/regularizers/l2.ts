/** L2 weight decay: coefficient times the sum of squared weights is added to the loss. Keras: regularizers.L2. */
import { tf } from '../../backend/tf.ts';
import { regularizer } from './regularizer.ts';

export const l2 = regularizer({
  name: 'l2',
  summary: 'the sum of squared kernel weights',
  paper: 'Krogh & Hertz 1991',
  penalty: weight => tf.sum(tf.square(weight)),
});
