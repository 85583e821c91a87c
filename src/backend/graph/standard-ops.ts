/** TensorFlow's public ops in place of those that only its own optimizer may name: other programs load no others. */
import { NotCompilable } from './not-compilable.ts';
import type { RecordedOp } from './recorder.ts';

/** Each with the attributes that the public op has. */
const publicOps: Readonly<Record<string, { readonly name: string; readonly attributes: readonly string[] }>> = {
  _MklNativeMaxPool: { name: 'MaxPool', attributes: ['T', 'ksize', 'strides', 'padding', 'data_format'] },
};

/** @throws NotCompilable */
export function standardOp(op: RecordedOp): RecordedOp {
  if (!op.name.startsWith('_')) return op;
  const known = publicOps[op.name];
  if (!known) throw new NotCompilable(`${op.name} is private to TensorFlow`);
  const attributes = op.attributes.filter(({ name }) => known.attributes.includes(name));
  return { ...op, name: known.name, attributes };
}
