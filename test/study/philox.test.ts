import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { philox4x32, type Words } from '../../src/study/philox.ts';

/** Lines "philox4x32 10" of Random123's examples/kat_vectors: counter, key, result. */
const knownAnswers = `
00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8
ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd
243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1
`;

/** The ten rounds with 64-bit products. */
function withBigIntegers(counter: Words, key: readonly [number, number]): Words {
  const low = (word: bigint): bigint => word & 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const [first, second] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(second >> 32n) ^ c1 ^ k0, low(second), (first >> 32n) ^ c3 ^ k1, low(first)];
    [k0, k1] = [low(k0 + 0x9e3779b9n), low(k1 + 0xbb67ae85n)];
  }
  return [Number(c0), Number(c1), Number(c2), Number(c3)];
}

describe('philox4x32-10', () => {
  test.each(knownAnswers.trim().split('\n'))('known answer %s', line => {
    const [c0, c1, c2, c3, k0, k1, ...result] = line.split(' ').map(word => Number.parseInt(word, 16));
    expect(philox4x32([c0!, c1!, c2!, c3!], [k0!, k1!])).toEqual(result);
  });

  test('multiplies exactly, whatever the words', () => {
    const word = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0x1_0000, 0xffff_0000, 0xffff_ffff), fc.nat(0xffff_ffff));
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox4x32(counter, key)).toEqual(withBigIntegers(counter, key));
      }),
      { numRuns: 1000 },
    );
  });

  test('leaves its arguments alone', () => {
    const [counter, key]: [Words, [number, number]] = [
      [1, 2, 3, 4],
      [5, 6],
    ];
    philox4x32(counter, key);
    expect([counter, key]).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });
});
