/** Compiled steps are kept by their key until they take too much memory, and are closed when they go. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createGraphCache } from '../../../src/backend/graph/cache.ts';
import { compileStep, type CompiledStep } from '../../../src/backend/graph/compile-step.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { adding, fail, noSums, openGraphs, rising } from './helpers.ts';

type AnyStep = CompiledStep<any, any, any>;

describe('a cache', () => {
  /** Names of the steps that were disposed, in their order. */
  function filled(maximum: number, sizes: Readonly<Record<string, number>>) {
    const gone: string[] = [];
    const made: string[] = [];
    const cache = createGraphCache(maximum);
    const take = (key: string): AnyStep =>
      cache.take(key, () => {
        made.push(key);
        return { isGraph: true, bytes: sizes[key]!, epoch: () => expect.fail(), dispose: () => void gone.push(key) };
      });
    for (const key of Object.keys(sizes)) take(key);
    return { cache, take, gone, made };
  }

  it('compiles each key once', () => {
    const { cache, take, made } = filled(100, { a: 10, b: 20 });
    const a = take('a');
    expect(take('a')).toBe(a);
    expect(take('b')).not.toBe(a);
    expect(made).toEqual(['a', 'b']);
    expect(cache.size).toEqual({ steps: 2, bytes: 30 });
  });

  it('keeps everything until it is trimmed, and what fits after that', () => {
    const { cache, gone } = filled(30, { a: 10, b: 20, c: 10 });
    expect([cache.size.steps, gone]).toEqual([3, []]);
    cache.trim();
    expect([cache.size, gone]).toEqual([{ steps: 2, bytes: 30 }, ['a']]);
    cache.trim();
    expect(gone).toEqual(['a']);
  });

  it('drops the longest unused first', () => {
    const { cache, take, gone } = filled(20, { a: 10, b: 10, c: 10, d: 10 });
    take('a');
    take('c');
    cache.trim();
    expect(gone).toEqual(['b', 'd']);
  });

  it('drops even the last one when it is too large alone', () => {
    const { cache, gone } = filled(20, { a: 30 });
    cache.trim();
    expect([cache.size, gone]).toEqual([{ steps: 0, bytes: 0 }, ['a']]);
  });

  it('compiles again what it has dropped', () => {
    const { cache, take, made } = filled(20, { a: 20, b: 20 });
    cache.trim();
    take('a');
    expect(made).toEqual(['a', 'b', 'a']);
  });

  it('has nothing of what did not compile', () => {
    const { cache, take } = filled(20, {});
    const compile = (): never => {
      throw new Error('no');
    };
    expect(() => cache.take('a', compile)).toThrow('no');
    expect(cache.size.steps).toBe(0);
    expect(take).not.toThrow();
  });

  it('disposes all, once', () => {
    const { cache, gone } = filled(100, { a: 10, b: 10 });
    cache.dispose();
    cache.dispose();
    expect([gone, cache.size.steps]).toEqual([['a', 'b'], 0]);
  });
});

describe('sessions of TensorFlow', () => {
  beforeAll(() => loadBackend());

  const compile = (rows = 10): AnyStep =>
    compileStep(adding, { data: { x: rising(rows) }, state: noSums(), batchSize: 4, onFallback: fail });

  it('are opened for each size of minibatch, and closed with the step', async () => {
    const before = openGraphs();
    const compiled = compile();
    expect(openGraphs()).toBe(before + 1);
    const { bytes } = compiled;
    expect(bytes).toBeGreaterThan(0);
    await compiled.epoch({ data: { x: rising(10) }, state: noSums() });
    expect(openGraphs()).toBe(before + 2);
    expect(compiled.bytes).toBeGreaterThan(1.5 * bytes);
    compiled.dispose();
    expect([openGraphs(), compiled.bytes]).toEqual([before, 0]);
    compiled.dispose();
    expect(openGraphs()).toBe(before);
  });

  it('are opened anew when a step is used after it was disposed', async () => {
    const before = openGraphs();
    const compiled = compile();
    compiled.dispose();
    expect(await compiled.epoch({ data: { x: rising(8) }, state: noSums() })).toMatchObject({ rows: 8 });
    expect(openGraphs()).toBe(before + 1);
    compiled.dispose();
  });

  it('are closed by the cache', () => {
    const before = openGraphs();
    const cache = createGraphCache(0);
    const first = cache.take('a', () => compile());
    expect(cache.take('a', () => compile())).toBe(first);
    cache.take('b', () => compile());
    expect(openGraphs()).toBe(before + 2);
    cache.trim();
    expect(openGraphs()).toBe(before);
    cache.take('c', () => compile());
    cache.dispose();
    expect(openGraphs()).toBe(before);
  });
});
