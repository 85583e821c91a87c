import { expect, test } from 'vitest';
import { memorySize, tagList } from '../../src/cli/option-values.ts';

test.each([
  ['500MB', 500],
  ['4GB', 4096],
  [' 1.5 gb ', 1536],
])('memory: "%s" is %d MB', (text, megabytes) => {
  expect(memorySize(text)).toBe(megabytes);
});

test.each(['0MB', '4', '4TB', 'GB', '-1GB', '4GB5'])('memory: "%s" is none', text => {
  expect(() => memorySize(text)).toThrow('Expected a size such as 500MB or 4GB.');
});

test.each([
  ['gpu', ['gpu']],
  ['GPU, avx-512,big.ram_1', ['gpu', 'avx-512', 'big.ram_1']],
])('tags: "%s"', (text, tags) => {
  expect(tagList(text)).toEqual(tags);
});

test.each(['', 'gpu,', 'big gpu', '-gpu', 'x'.repeat(33), 'gpu+avx'])('tags: "%s" are none', text => {
  expect(() => tagList(text)).toThrow(/^Expected a list as in gpu,big-ram: each a name/);
});
