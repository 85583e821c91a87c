/** What compressions train with: the best trial's data, training section and randomness. */
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
      const taught = teacher && batches.taught(teacher);
      const phase = { program, start: 1, isWhole: true };
      try {
        const fitted = await fitSection(
          [phase],
          { ...context, batches: { ...batches, ...taught } },
          { epochs, schedule: undefined, given: asGiven(weights), vectors: { ...(mask && { mask }) } },
        );
        return fitted.weights;
      } finally {
        taught?.dispose();
      }
    },
    predict: model => predictRows(model, batches, rows),
  };
}
