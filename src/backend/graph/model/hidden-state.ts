/**
 * State that a graph would not see: a tensor or a number that a layer or an optimizer keeps from step to step, or a
 * variable that is none of the model's. Recorded once, it would stay for ever what it was.
 */
import { tf, type Tensor } from '../../tf.ts';
import { NotCompilable } from '../not-compilable.ts';
import { withProperties, type Variable } from './layers-model.ts';

/**
 * @param owners what may keep state, by the names that reasons call them
 * @param visible variables that may change
 * @throws NotCompilable
 */
export function withoutHiddenState<T>(
  owners: readonly (readonly [name: string, owner: object])[],
  visible: readonly Variable[],
  run: () => T,
): T {
  const before = owners.map(([, owner]) => keptIn(owner));
  const result = withProperties(tf.Variable.prototype, { assign: checkedAssign(visible) }, run);
  owners.forEach(([name, owner], index) => {
    const after = keptIn(owner);
    for (const [place, value] of before[index]!)
      if (after.get(place) !== value) throw new NotCompilable(`${name}: its ${place} changes from step to step`);
  });
  return result;
}

function checkedAssign(visible: readonly Variable[]): Variable['assign'] {
  const mayChange = new Set(visible);
  const others = new Set(Object.values(tf.engine().registeredVariables).filter(variable => !mayChange.has(variable)));
  const { assign } = tf.Variable.prototype;
  return function (this: Variable, value) {
    if (others.has(this)) throw new NotCompilable(`the variable ${this.name} changes and is none of the model's`);
    assign.call(this, value);
  };
}

/** Numbers and tensors that live on, in the properties of an object and in arrays there, by place. */
function keptIn(owner: object): ReadonlyMap<string, number | Tensor> {
  const kept = new Map<string, number | Tensor>();
  for (const [name, value] of Object.entries(owner) as [string, unknown][]) {
    if (Array.isArray(value)) value.forEach((part, index) => isKept(part) && kept.set(`${name}[${index}]`, part));
    else if (isKept(value) && name !== 'iterations_') kept.set(name, value);
  }
  return kept;
}

function isKept(value: unknown): value is number | Tensor {
  if (typeof value === 'number') return true;
  return value instanceof tf.Tensor && !(value instanceof tf.Variable) && !value.isDisposed;
}
