/**
 * tfjs-node 4.22.0 calls two functions of node:util that Node 23 removed and that Node 22 warns about. Plain functions in
 * their place serve both; every other deprecation warning stays.
 */
import util from 'node:util';

/** Puts util.isArray and util.isNullOrUndefined back. Call it before tfjs-node loads. */
export function restoreUtil(): void {
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  });
}
