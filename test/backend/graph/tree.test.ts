/** Tensors in nested arrays and records. */
import { beforeAll, describe, expect, it } from 'vitest';
import { leavesOf, tensorsIn, withTensors } from '../../../src/backend/graph/tree.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';

let a: Tensor, b: Tensor, c: Tensor, d: Tensor;

beforeAll(async () => {
  await loadBackend();
  [a, b, c, d] = [1, 2, 3, 4].map(value => tf.scalar(value)) as [Tensor, Tensor, Tensor, Tensor];
});

describe('leaves', () => {
  it('are named by their path; arrays go by number, records by name', () => {
    const tree = { weights: [a, { kernel: b }], optimizer: { v: [[c]], m: d } };
    expect(leavesOf(tree)).toEqual([
      { path: 'optimizer.m', tensor: d },
      { path: 'optimizer.v[0][0]', tensor: c },
      { path: 'weights[0]', tensor: a },
      { path: 'weights[1].kernel', tensor: b },
    ]);
    expect(tensorsIn(tree)).toEqual([d, c, a, b]);
  });

  it('meet whatever the order in which the names were given', () => {
    expect(tensorsIn({ x: a, y: b, Z: c })).toEqual(tensorsIn({ Z: c, y: b, x: a }));
  });

  it('of more than ten items stay in the order of their numbers', () => {
    const many = Array.from({ length: 12 }, (_, i) => tf.scalar(i));
    expect(leavesOf(many).map(({ path }) => path)).toEqual(many.map((_, i) => `[${i}]`));
    expect(tensorsIn(many)).toEqual(many);
  });

  it('of a tensor alone, of empty parts, of a variable, and of one tensor twice', () => {
    expect(leavesOf(a)).toEqual([{ path: '', tensor: a }]);
    expect(leavesOf({ none: [], nothing: {} })).toEqual([]);
    const variable = tf.variable(a);
    expect(tensorsIn([variable, a, a])).toEqual([variable, a, a]);
  });

  it.each([
    [{ rate: 0.1 }, 'rate is 0.1, not a tensor'],
    [{ optimizer: { slots: [undefined] } }, 'optimizer.slots[0] is undefined, not a tensor'],
    [[null], '[0] is null, not a tensor'],
    [{ f: () => a }, 'f is () => a, not a tensor'],
  ])('must be tensors: %o', (tree, message) => {
    expect(() => leavesOf(tree)).toThrow(new TypeError(message));
  });
});

describe('rebuilding', () => {
  it('puts other tensors in the same places', () => {
    const tree = { weights: [a, { kernel: a }], empty: [], optimizer: { v: [[a]], m: a } };
    expect(withTensors(tree, [a, b, c, d])).toEqual({
      weights: [c, { kernel: d }],
      empty: [],
      optimizer: { v: [[b]], m: a },
    });
  });

  it('leaves the tree that it was given as it is', () => {
    const tree = { x: [a] };
    expect(withTensors(tree, [b])).toEqual({ x: [b] });
    expect(tree).toEqual({ x: [a] });
  });

  it('gives back the leaves in their order', () => {
    const tree = { z: a, y: [b, c], x: { w: d } };
    expect(withTensors(tree, tensorsIn(tree))).toEqual(tree);
  });

  it('of a tensor alone is the other tensor', () => {
    expect(withTensors(a, [b])).toBe(b);
  });
});
