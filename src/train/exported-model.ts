/** A saved model as its folder describes it, in tune.json beside the layers: what it takes and what it gives. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, TuneError } from '../errors.ts';

export const modelFormat = 'tfjs-tune/model/1';

const names = z.array(z.string()).min(1);

const description = z.object({
  format: z.literal(modelFormat),
  task: z.enum(['classification', 'regression']),
  inputShape: z.array(z.int().min(1)).min(1).max(3),
  inputType: z.enum(['uint8', 'float32']).optional(),
  classes: names.optional(),
  /** Outputs are similarities with the classes' vectors; below the threshold an example is of none of them. */
  zeroShot: z.object({ threshold: z.number() }).optional(),
  columns: names.optional(),
  target: names.optional(),
  table: z
    .object({
      header: z.boolean(),
      delimiter: z.string().length(1),
      skipRows: z.int().min(0),
      inputs: z.array(z.object({ name: z.string(), categories: names.optional() })).min(1),
    })
    .optional(),
});

/** What is read of tune.json. */
export type ModelDescription = z.infer<typeof description>;

/** @throws TuneError FILE_UNREADABLE for a folder without a model, DATA_INVALID for a description that is none */
export async function readModelDescription(folder: string): Promise<ModelDescription> {
  const file = join(folder, 'tune.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const problem = {
      message: existsSync(folder) ? 'this folder holds no model of tfjs-tune' : 'there is no such folder',
      where: { file: folder },
      expected: 'model.json, weights.bin and tune.json',
      ...(existsSync(join(folder, 'model', 'tune.json')) && { hint: `did you mean "${join(folder, 'model')}"?` }),
    };
    throw new TuneError('FILE_UNREADABLE', problem, { cause: error });
  });
  try {
    return description.parse(JSON.parse(text));
  } catch (error) {
    const problem = {
      message: `this describes no model: ${error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)}`,
      where: { file },
      expected: 'the file as it was saved',
    };
    throw new TuneError('DATA_INVALID', problem, { cause: error });
  }
}
