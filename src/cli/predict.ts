/** `tune predict <model> <file>`: what a saved model says about new inputs. */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { messageOf, TuneError } from '../errors.ts';
import { quoted } from '../report/csv.ts';
import type { Prediction, Predictions } from '../tune/predict.ts';
import { shownPath } from './files.ts';

interface PredictOptions {
  readonly json?: boolean;
  readonly output?: string;
}

export function predictCommand(): Command {
  return new Command('predict')
    .description('predict with a saved model')
    .argument('<model>', 'folder of the model, such as reports/<study>/<date>/model')
    .argument('<file>', 'a CSV, NPY or IDX file of inputs, an image, or a folder of images')
    .option('--json', 'print one JSON object a line; default: CSV')
    .option('--output <file>', 'write to a file')
    .action(async (model: string, file: string, { json, output }: PredictOptions) => {
      const { predict } = await import('../tune/predict.ts');
      const predictions = await predict(model, file);
      const text = `${(json ? jsonLines(predictions) : csvLines(predictions)).join('\n')}\n`;
      if (output === undefined) {
        process.stdout.write(text);
        return;
      }
      await writeFile(output, text).catch((error: unknown) => {
        const problem = { message: messageOf(error), where: { file: output } };
        throw new TuneError('FILE_UNREADABLE', problem, { cause: error });
      });
      process.stderr.write(`wrote ${predictions.rows.length} predictions to ${shownPath(output)}\n`);
    });
}

function csvLines({ names, rows }: Predictions): string[] {
  const header = [...leading(rows[0]!).map(([name]) => name), ...names];
  return [header, ...rows.map(row => [...leading(row).map(([, value]) => value), ...row.outputs.map(shown)])].map(
    cells => cells.map(cell => quoted(String(cell))).join(','),
  );
}

/** What stands before the numbers. */
function leading({ file, class: name }: Prediction): (readonly [name: string, value: string])[] {
  const columns = [
    ['file', file],
    ['class', name],
  ] as const;
  return columns.filter((column): column is readonly [(typeof column)[0], string] => column[1] !== undefined);
}

function jsonLines({ kind, names, rows }: Predictions): string[] {
  return rows.map(row =>
    JSON.stringify({
      ...Object.fromEntries(leading(row)),
      [kind]: Object.fromEntries(names.map((name, index) => [name, shown(row.outputs[index]!)])),
    }),
  );
}

/** As many digits as float32 has. */
function shown(value: number): number {
  return Number(value.toPrecision(7));
}
