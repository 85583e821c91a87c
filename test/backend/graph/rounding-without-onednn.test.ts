/** The same formulas with TensorFlow's own kernels alone, as studies without convolutions have it. */
import { beforeAll, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { expectSameRounding, formulas } from './rounding.ts';

beforeAll(() => {
  process.env['TF_ENABLE_ONEDNN_OPTS'] = '0';
  return loadBackend();
});

it.each(Object.keys(formulas))('%s', name => expectSameRounding(formulas[name]!));
