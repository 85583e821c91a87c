/** What compressions train with: the best trial's data, training section and randomness. */
import { tf } from '../../backend/tf.ts';
import type { Workbench } from '../compress/compression.ts';
import { fitSection, type TrainingContext } from '../fit-section.ts';
import { asGiven } from '../named-tensors.ts';
import { predictRows } from '../predictions.ts';
import { buildProgram } from '../program.ts';

export function createWorkbench(context: TrainingContext): Workbench {
  const { dataset, batches, train } = context;
  const rows = Int32Array.from({ length: dataset.size }, (_, row) => row);
  return {
    batches,
    build: model => buildProgram(dataset, model, train),
    async train(program, { epochs, weights = [], mask, teacher }) {
      const lesson = teacher && tf.tensor2d(teacher, [dataset.size, program.plan.output[0]!]);
      const taught = lesson ? { ...batches, data: { ...batches.data, teacher: lesson } } : batches;
      const phase = { program, start: 1, isWhole: true };
      try {
        const fitted = await fitSection(
          [phase],
          { ...context, batches: taught },
          { epochs, schedule: undefined, given: asGiven(weights), vectors: { ...(mask && { mask }) } },
        );
        return fitted.weights;
      } finally {
        lesson?.dispose();
      }
    },
    predict: model => Promise.resolve(predictRows(model, batches, rows)),
  };
}
