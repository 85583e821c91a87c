/** Spaces for tests: one that has everything, and random ones. */
import * as fc from 'fast-check';
import { defaultConfig } from '../../src/space/default-config.ts';
import type { ParamSpec } from '../../src/space/params.ts';
import { fromUnit } from '../../src/space/scale.ts';
import type { Json, Param, Space } from '../../src/space/space.ts';

/** Every kind of parameter, with conditions and a constraint. */
export const mixed: Space = {
  params: [
    { name: 'lr', type: 'float', low: 1e-5, high: 1, log: true, step: null, default: 1e-3 },
    { name: 'dropout', type: 'float', low: 0, high: 0.5, log: false, step: 0.1, default: 0.2 },
    { name: 'units', type: 'int', low: 16, high: 256, log: true, step: 1, default: 64 },
    { name: 'width', type: 'int', low: 1, high: 64, log: true, step: 2, default: 8 },
    { name: 'filters', type: 'int', low: 4, high: 64, log: false, step: 4, default: 8 },
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam', null], default: 'adam' },
    {
      name: 'momentum',
      type: 'float',
      low: 0,
      high: 0.99,
      log: false,
      step: null,
      default: 0.9,
      when: { optimizer: ['sgd'] },
    },
    { name: 'nesterov', type: 'boolean', default: false, when: { optimizer: ['sgd', null] } },
    { name: 'layers', type: 'categorical', choices: [[32], [64, 32], { dense: 16 }], default: [64, 32] },
  ],
  constraints: ['units * filters <= 8192', 'momentum < 0.95'],
};

/** Twelve configurations, of which the constraint leaves ten. */
export const finite: Space = {
  params: [
    { name: 'kind', type: 'categorical', choices: ['none', 'some', [1, 2]], default: 'none' },
    { name: 'count', type: 'int', low: 1, high: 5, log: false, step: 1, default: 1, when: { kind: ['some', [1, 2]] } },
    { name: 'deep', type: 'boolean', default: false, when: { kind: ['none'] } },
  ],
  constraints: ['count < 5'],
};

const simple: readonly Json[] = ['a', 'b', '', 'NaN', '[1,2]', 1, 0, -2.5, 1e300, true, false, null];
const nested: readonly Json[] = [[1, 2], [], ['x', null], { k: 1 }, { a: [{}], b: 'é\n"' }];
const choices = fc.constantFrom(...simple, ...nested);

type Bare<S> = S extends ParamSpec ? Omit<S, 'default'> : never;

function withDefault(bare: Bare<ParamSpec>): fc.Arbitrary<ParamSpec> {
  const at = (unit: number): ParamSpec => ({ ...bare, default: fromUnit(bare as ParamSpec, unit) }) as ParamSpec;
  return fc.double({ min: 0, max: 1, noNaN: true }).map(at);
}

const float = fc
  .record({
    log: fc.boolean(),
    low: fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
    ratio: fc.integer({ min: 1, max: 9 }),
    step: fc.option(fc.integer({ min: 2, max: 5 })),
  })
  .chain(({ log, low, ratio, step }) =>
    withDefault({
      type: 'float',
      low,
      high: low * ratio,
      log,
      step: step === null ? null : log ? step : (low * ratio) / step,
    }),
  );
const int = fc
  .record({
    log: fc.boolean(),
    low: fc.integer({ min: 1, max: 20 }),
    width: fc.integer({ min: 0, max: 300 }),
    step: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ log, low, width, step }) =>
    withDefault({ type: 'int', low: log ? low : low - 10, high: low + width, log, step }),
  );
const categorical = fc
  .uniqueArray(choices, { minLength: 1, maxLength: 4, selector: value => JSON.stringify(value) })
  .chain(list => withDefault({ type: 'categorical', choices: list }));
const spec: fc.Arbitrary<ParamSpec> = fc.oneof(
  float,
  int,
  categorical,
  fc.boolean().map(value => ({ type: 'boolean', default: value }) as const),
);

/** A space with conditions and a constraint that its default configuration satisfies. */
export const spaces: fc.Arbitrary<Space> = fc
  .array(fc.record({ spec, isConditional: fc.boolean(), parent: fc.nat(4) }), { minLength: 1, maxLength: 6 })
  .map(drafts => {
    const params = drafts.map(({ spec, isConditional, parent }, index): Param => {
      const name = `p${index}`;
      const on = drafts[parent];
      if (!isConditional || !on || parent >= index) return { ...spec, name };
      return { ...spec, name, when: { [`p${parent}`]: [on.spec.default] } };
    });
    const config = defaultConfig({ params, constraints: [] });
    const bounds = params.filter(({ name, type }) => type === 'int' && Object.hasOwn(config, name));
    return { params, constraints: bounds.slice(0, 1).map(({ name }) => `${name} <= ${String(config[name])}`) };
  });
