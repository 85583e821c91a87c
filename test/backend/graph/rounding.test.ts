/** What TensorFlow's optimizer would rewrite with another rounding comes out as op by op, bit for bit. */
import { beforeAll, describe, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { expectSameRounding, formulas } from './rounding.ts';

beforeAll(() => loadBackend());

describe('values', () => {
  // oneDNN has a softmax of its own for graphs.
  it.each(Object.keys(formulas).filter(name => !name.includes('softmax')))('%s', name =>
    expectSameRounding(formulas[name]!),
  );
});

describe('gradients', () => {
  it('that are added up for a tensor that is used many times', async () => {
    await expectSameRounding(({ x, y, row }) =>
      tf.grad((x: Tensor) => {
        const z = tf.matMul(x, tf.matMul(y, x, true));
        return tf.mul(tf.add(tf.mul(z, tf.add(z, 3)), tf.sin(x)), tf.add(tf.exp(x), row));
      })(x),
    );
  });

  it.each(['x / |x|', 'x sigmoid(x)', 'x / sqrt(variance + epsilon)', 'gelu', 'a layer with tanh', 'a long sum'])(
    'of %s',
    async name => {
      await expectSameRounding(inputs => tf.grad((x: Tensor) => formulas[name]!({ ...inputs, x }))(inputs.x));
    },
  );
});
