/** Compiled steps by their structure, the least recently used ones dropped when they take too much memory. */
import type { CompiledStep } from './compile-step.ts';

type AnyStep = CompiledStep<any, any, any>;

export interface GraphCache {
  /** The step compiled under this key, or a new one. It stays at least until the next trim(). */
  take<S extends AnyStep>(key: string, compile: () => S): S;
  /** Frees the longest unused graphs until the rest fits. */
  trim(): void;
  /** Number of steps and of bytes kept. */
  readonly size: { readonly steps: number; readonly bytes: number };
  dispose(): void;
}

/** @param maximum bytes of graphs to keep */
export function createGraphCache(maximum: number): GraphCache {
  // A Map remembers the order of insertion: the first is the longest unused.
  const steps = new Map<string, AnyStep>();
  const bytes = (): number => [...steps.values()].reduce((sum, step) => sum + step.bytes, 0);
  return {
    take(key, compile) {
      const step = (steps.get(key) as ReturnType<typeof compile> | undefined) ?? compile();
      steps.delete(key);
      steps.set(key, step);
      return step;
    },
    trim() {
      for (const [key, step] of steps) {
        if (bytes() <= maximum) return;
        step.dispose();
        steps.delete(key);
      }
    },
    get size() {
      return { steps: steps.size, bytes: bytes() };
    },
    dispose() {
      for (const step of steps.values()) step.dispose();
      steps.clear();
    },
  };
}
