/** L1 weight decay: coefficient times the sum of absolute weights is added to the loss. Keras: regularizers.L1. */
import { abs } from '../../backend/native-ops/abs.ts';
import { tf } from '../../backend/tf.ts';
import { regularizer } from './regularizer.ts';

export const l1 = regularizer({
  name: 'l1',
  summary: 'the sum of absolute kernel weights',
  paper: 'Tibshirani 1996',
  penalty: weight => tf.sum(abs(weight)),
});
