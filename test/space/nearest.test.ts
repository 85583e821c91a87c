import { expect, test } from 'vitest';
import { nearest, oneOf, suggest } from '../../src/space/nearest.ts';

const known = ['batchSize', 'learningRate', 'units', 'name', 'boolean', 'low', 'high', 'sgd', 'adam'];

test.each([
  ['batch_size', 'batchSize'],
  ['batch-size', 'batchSize'],
  ['BATCHSIZE', 'batchSize'],
  ['batchsiz', 'batchSize'],
  ['lerningRate', 'learningRate'],
  ['lr', 'learningRate'],
  ['unit', 'units'],
  ['nmae', 'name'],
  ['bool', 'boolean'],
  ['Adam', 'adam'],
  ['sdg', 'sgd'],
])('%s was meant to be %s', (name, meant) => {
  expect(nearest(name, known)).toBe(meant);
});

test.each(['colour', 'x', 'rmsprop', 'momentum', '', 'l'])('%j is not close to anything', name => {
  expect(nearest(name, known)).toBeUndefined();
});

test('the closest of several wins, and an exact one before an abbreviation', () => {
  expect(nearest('maxPool3', ['maxPool2d', 'maxPool'])).toBe('maxPool');
  expect(nearest('step', ['steps', 'STEP'])).toBe('STEP');
});

test('advice is the nearest name, else all of them, else nothing', () => {
  expect(suggest('Adam', known)).toEqual({ hint: 'did you mean "adam"?' });
  expect(suggest('rmsprop', ['sgd', 'adam', 'eve'])).toEqual({ expected: '"sgd", "adam" or "eve"' });
  expect(suggest('rmsprop', [])).toEqual({});
});

test('lists read well, and long ones are cut', () => {
  expect(oneOf(['a'])).toBe('"a"');
  expect(oneOf(['a', 'b'])).toBe('"a" or "b"');
  const many = Array.from({ length: 50 }, (_, index) => `n${index}`);
  expect(oneOf(many)).toMatch(/^"n0", .*"n39", … \(50 in all\)$/);
});
