/**
 * Records what a step does: every op that it runs and every constant that it makes, at the border between JavaScript and
 * TensorFlow. What a graph could not repeat is refused: a value that JavaScript reads, and numbers that it draws.
 */
import {
  theBackend,
  type Attribute,
  type Backend,
  type Binding,
  type Metadata,
  type Values,
} from '../native-backend.ts';
import { NotCompilable } from './not-compilable.ts';

export interface RecordedOp {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly number[];
  readonly outputs: readonly Metadata[];
}

export interface Constant extends Metadata {
  readonly values: Values;
}

export interface Recording {
  /** In the order of execution. */
  readonly ops: readonly RecordedOp[];
  /** A tensor that no op made: one of the step's inputs, or a value that stays what it is. */
  readonly constantOf: (id: number) => Constant;
  /** TensorFlow's number of a tensor's type. */
  readonly typeOf: (id: number) => number;
}

/** @throws NotCompilable */
export function record<T>(run: () => T): { readonly result: T; readonly recording: Recording } {
  const backend = theBackend();
  const { binding } = backend;
  const ops: RecordedOp[] = [];
  const made = new Map<number, string>();
  const constants = new Map<number, Constant>();
  const metadata = new Map<number, Omit<Metadata, 'id'>>();
  let refusal: NotCompilable | undefined;
  const refuse = (reason: string): never => {
    refusal ??= new NotCompilable(reason);
    throw refusal;
  };

  /** Attributes that tfjs leaves out because eager TensorFlow infers them; graphs must have them. */
  const inferred = (op: string, inputs: readonly number[]): Attribute[] =>
    (inferredTypes[op] ?? []).map((name, index) => {
      return { name, type: binding.TF_ATTR_TYPE, value: metadata.get(inputs[index]!)!.dtype };
    });

  const listening: Binding = {
    ...copyOf(binding),
    createTensor(shape: readonly number[], dtype: number, values: Values): number {
      const id = binding.createTensor(shape, dtype, values);
      // The addon shares the array with JavaScript, which may write to it later.
      metadata.set(id, { shape, dtype });
      constants.set(id, { id, shape: [...shape], dtype, values: values.slice() });
      return id;
    },
    executeOp(name: string, attributes: readonly Attribute[], inputs: readonly number[], count: number): Metadata[] {
      if (drawsFreely.test(name)) refuse(`${name} draws random numbers that no seed of the step decides`);
      if (variesInShape.test(name)) refuse(`the shape of what ${name} returns depends on values`);
      const outputs = binding.executeOp(name, attributes, inputs, count);
      ops.push({ name, attributes: [...attributes, ...inferred(name, inputs)], inputs: [...inputs], outputs });
      for (const { id, shape, dtype } of outputs) {
        made.set(id, name);
        metadata.set(id, { shape, dtype });
      }
      return outputs;
    },
    tensorDataSync(id: number): Values {
      const constant = constants.get(id);
      return constant ? constant.values.slice() : refuse(`the step reads the value of ${made.get(id) ?? 'an input'}`);
    },
  };

  const restore = replace(backend, {
    binding: listening,
    getInputTensorIds(tensors) {
      const ids = prototypeOf(backend).getInputTensorIds.call(backend, tensors);
      ids.forEach((id, index) => {
        const dataId = tensors[index]!.dataId as object | undefined;
        if (dataId) metadata.set(id, backend.tensorMap.get(dataId));
      });
      return ids;
    },
    async read(dataId) {
      try {
        return backend.readSync(dataId);
      } catch (error) {
        if (error !== refusal) throw error;
        // Nobody may be there to catch it, and it is told when the step has run: the value never comes.
        return new Promise(() => {});
      }
    },
  });
  const { random } = Math;
  Math.random = () => refuse('the step draws random numbers in JavaScript, which a graph would repeat for ever');
  let result: T;
  try {
    result = run();
  } catch (error) {
    // The step may have thrown an error of its own in its place, or a refusal that says more.
    throw error instanceof NotCompilable ? error : (refusal ?? error);
  } finally {
    Math.random = random;
    restore();
  }
  // The step may have caught it.
  if (refusal) throw refusal;

  const constantOf = (id: number): Constant => {
    const known = constants.get(id);
    if (known) return known;
    const { shape, dtype } = metadata.get(id)!;
    return { id, shape, dtype, values: binding.tensorDataSync(id) };
  };
  return { result, recording: { ops, constantOf, typeOf: id => metadata.get(id)!.dtype } };
}

/** Names of the types of an op's inputs, where tfjs does not give them, or for a mean of flags a wrong one. */
const inferredTypes: Readonly<Record<string, readonly string[]>> = { ExpandDims: ['T', 'Tdim'], Mean: ['T'] };

/** TensorFlow's ops with a random state of their own; the Stateless ones have none. */
const drawsFreely = /^(Random|Multinomial|TruncatedNormal|ParameterizedTruncatedNormal)/;

/** tfjs takes the shapes of tensors for what they were when the step was recorded. */
const variesInShape = /^(Unique|Where|ListDiff|NonMaxSuppression|SparseFillEmptyRows|Ragged)/;

/** The addon's properties cannot be written to, nor be enumerated. */
function copyOf(binding: Binding): Binding {
  const names = Object.getOwnPropertyNames(binding) as (keyof Binding)[];
  return Object.fromEntries(names.map(name => [name, binding[name]])) as unknown as Binding;
}

function replace(backend: Backend, parts: Partial<Backend>): () => void {
  const { binding } = backend;
  Object.assign(backend, parts);
  return () => {
    backend.binding = binding;
    for (const method of ['getInputTensorIds', 'read'] as const) delete (backend as Partial<Backend>)[method];
  };
}

function prototypeOf(backend: Backend): Backend {
  return Object.getPrototypeOf(backend) as Backend;
}
