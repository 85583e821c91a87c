/** `tune init [data...]`: writes a commented space file after looking at the data. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { messageOf, TuneError } from '../errors.ts';
import { toJsonText } from '../report/json.ts';
import { shellWord } from '../report/reproduce.ts';
import { shownPath } from './files.ts';

interface InitOptions {
  readonly output: string;
  readonly target?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function initCommand(): Command {
  return new Command('init')
    .description('write a commented space file for your data')
    .argument('[data...]', 'a CSV file, or an IDX or NPY file of inputs and one of labels; none: drawn digits')
    .option('--target <column>', 'target column of a CSV file (default: the last one)')
    .option('--output <file>', 'the space file to write', 'space.json')
    .option('--force', 'replace a file that is there')
    .option('--json', 'print what was written as JSON')
    .action(async (data: string[], { output, target, force, json }: InitOptions) => {
      if (existsSync(output) && !force)
        throw new TuneError('USAGE', {
          message: `${output} exists`,
          hint: '--force replaces it, --output <file> chooses another name',
        });
      const [{ lookAtData }, { starterText }] = await Promise.all([
        import('../tune/look.ts'),
        import('../tune/starter.ts'),
      ]);
      const folder = dirname(resolve(output));
      const { source, dataset } = await lookAtData(data, folder, target);
      const text = starterText({ name: nameFor(data[0]), schema: schemaPath(folder), source, dataset });
      await writeFile(output, text).catch((error: unknown) => {
        throw new TuneError(
          'FILE_UNREADABLE',
          { message: messageOf(error), where: { file: output } },
          { cause: error },
        );
      });
      const { task, size, inputShape, classes } = dataset;
      process.stdout.write(
        json
          ? toJsonText({ file: resolve(output), task, examples: size, inputShape, classes })
          : `wrote ${shownPath(resolve(output))} for ${size} examples (${task})\nnext: npx tune ${shellWord(output)}\n`,
      );
    });
}

/** A study name from the name of the data: letters, digits and dashes. */
function nameFor(file: string | undefined): string {
  const stem = basename(file ?? 'digits').replace(/(\.[A-Za-z0-9]+)+$/, '');
  return (
    stem
      .replaceAll(/[^A-Za-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 60) || 'study'
  );
}

function schemaPath(folder: string): string {
  const schema = fileURLToPath(new URL('../../search-spaces/schema.json', import.meta.url));
  const path = relative(folder, schema).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
