/** Layers that do not fit their input or each other, with what is told about them. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/space/space.ts';
import { planOf } from './plans.ts';

describe('a layer that does not fit is refused', () => {
  const [image, vector] = [[6, 5, 2], [5]];
  it.each<[string, Json[], readonly number[], object]>([
    [
      'a kernel larger than the image',
      [{ depthwiseConv2d: 7 }],
      image,
      { message: 'layer 1: depthwiseConv2d with a 7x7 window got an input of 6x5' },
    ],
    [
      'the same, separable',
      [{ separableConv2d: { filters: 2, kernelSize: [2, 6] } }],
      image,
      { message: 'layer 1: separableConv2d with a 2x6 window got an input of 6x5' },
    ],
    [
      'a pool larger than the image',
      [{ conv2d: 2 }, { maxPool: 5 }],
      image,
      { message: 'layer 2: maxPool with a 5x5 window got an input of 4x3' },
    ],
    ...['conv2dTranspose', 'globalAveragePool', 'globalMaxPool', 'upsample'].map(
      (name): [string, Json[], readonly number[], object] => [
        `${name} of a vector`,
        [{ [name]: name === 'conv2dTranspose' ? { filters: 2 } : {} }],
        vector,
        {
          message: `layer 1: ${name} got examples of shape [5]`,
          expected: 'three dimensions: [height, width, channels]',
        },
      ],
    ),
    [
      'spatialDropout of a vector',
      [{ spatialDropout: 0.5 }],
      vector,
      { message: 'layer 1: spatialDropout got examples of shape [5]', hint: 'use "dropout" for vectors' },
    ],
    [
      'another number of values',
      [{ reshape: [4, 4] }],
      image,
      {
        message: 'layer 1: reshape to [4, 4] got examples of shape [6, 5, 2]',
        expected: 'a shape of 60 values, with -1 in one place at most',
      },
    ],
    ['a side that is left broken', [{ reshape: [7, -1] }], image, { message: expect.stringContaining('[7, -1]') }],
    ['two open sides', [{ reshape: [-1, 6, -1] }], image, { message: expect.stringContaining('[-1, 6, -1]') }],
    ['two open sides of one', [{ reshape: [-1, 60, -1] }], image, { message: expect.stringContaining('[-1, 60, -1]') }],
    [
      'a repeated layer that changes the shape',
      [{ repeat: { times: 2, layers: [{ dense: 4 }] } }],
      vector,
      {
        message: 'layer 1: repeat: its layers make [4] of examples of shape [5]',
        expected: 'layers that keep the shape',
      },
    ],
    [
      'a layer inside that does not fit',
      [{ repeat: { times: 2, layers: [{ activation: 'relu' }, { conv2d: 4 }] } }],
      vector,
      { message: 'layer 1: layer 2: conv2d got examples of shape [5]' },
    ],
    [
      'a block that no stride leads around',
      [{ residual: [{ conv2d: 2 }] }],
      image,
      { message: 'layer 1: residual: its layers make [4, 3, 2] of examples of shape [6, 5, 2]' },
    ],
    [
      'a block with another rank',
      [{ residual: ['flatten'] }],
      image,
      { message: 'layer 1: residual: its layers make [60] of examples of shape [6, 5, 2]' },
    ],
    [
      'tied to nothing',
      [{ tied: 'encoder' }],
      vector,
      {
        message: 'layer 1: tied to "encoder", a layer that is not before it',
        expected: 'the name of a dense or convolution layer before it',
      },
    ],
    [
      'tied to a mistyped name',
      [{ dense: { units: 5, name: 'encoder' } }, { tied: 'encodr' }],
      vector,
      { message: 'layer 2: tied to "encodr", a layer that is not before it', hint: 'did you mean "encoder"?' },
    ],
    [
      'tied to a layer without a kernel',
      [{ dense: 5 }, { batchNorm: { name: 'norm' } }, { tied: 'norm' }],
      vector,
      { message: 'layer 3: tied to "norm", which has no kernel', expected: '"0.dense"' },
    ],
    [
      'tied to a kernel with other sides',
      [{ dense: { units: 3, name: 'encoder' } }, { tied: 'encoder' }],
      vector,
      { message: 'layer 2: tied to "encoder" got examples of shape [3]', expected: '[5]' },
    ],
    [
      'tied to a convolution behind a vector',
      [{ conv2d: { filters: 3, name: 'encoder' } }, 'flatten', { tied: { to: 'encoder', transpose: true } }],
      image,
      {
        message: 'layer 3: tied to "encoder", transposed, got examples of shape [36]',
        expected: '[height, width, 3]',
      },
    ],
  ])('%s', (_, layers, input, problem) => {
    const problems = [expect.objectContaining(problem)];
    expect(() => planOf(layers, input)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID', problems }));
  });
});
