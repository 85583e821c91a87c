/**
 * Properties are checked with the same inputs in every run, so that a gate that was green stays green. To hunt for new
 * counterexamples: PROPERTY_SEED=$RANDOM PROPERTY_RUNS=10000 npx vitest run test/space.
 */
import * as fc from 'fast-check';

const { PROPERTY_SEED = '1', PROPERTY_RUNS } = process.env;

fc.configureGlobal({ seed: Number(PROPERTY_SEED), ...(PROPERTY_RUNS && { numRuns: Number(PROPERTY_RUNS) }) });
