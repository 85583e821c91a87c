/** `tune worker`: trains the trials of studies in a database, on this machine, until it is told to leave. */
import { join } from 'node:path';
import { Command } from 'commander';
import { TuneError } from '../errors.ts';
import { collect, duration, memorySize, tagList, wholeNumber } from './option-values.ts';
import { storageOption } from './storage-option.ts';

interface WorkerCommandOptions {
  readonly storage?: string;
  readonly slots?: number;
  readonly tags?: readonly string[];
  readonly memoryLimit?: number;
  readonly dataRoot?: readonly string[];
  readonly artifacts?: string;
  readonly cache?: string;
  readonly grace: number;
  readonly json?: boolean;
}

export function workerCommand(): Command {
  return new Command('worker')
    .description('train trials of the studies in a database, on this machine, until Ctrl-C or SIGTERM')
    .addOption(storageOption())
    .option('--slots <count>', 'trials that train at once (default: one for each core)', wholeNumber(1, 1024))
    .option('--tags <names>', 'what this machine has for trials that need it: gpu,big', tagList)
    .option(
      '--memory-limit <size>',
      "what training may take, and trials may need: 8GB (default: four fifths of the machine's memory)",
      memorySize,
    )
    .option('--data-root <folder>', 'where the data of studies is, under any name; may be repeated', collect)
    .option(
      '--artifacts <address>',
      'where all machines keep weights, backups and data: a shared folder, or s3://bucket/prefix',
    )
    .option('--cache <folder>', "for what is fetched, and trials that train (default: in this user's cache)")
    .option('--grace <time>', 'from the first signal to giving back trials that still run; 0: at once', grace, 20)
    .option('--json', 'say on stdout what came of each trial, a JSON document on each line')
    .action(
      async ({ storage, slots, memoryLimit, cache, tags = [], dataRoot = [], ...options }: WorkerCommandOptions) => {
        if (storage === undefined)
          throw new TuneError('USAGE', {
            message: 'a worker takes its trials from a database',
            expected: '--storage postgres://user@host/database, or that in the environment as TUNE_STORAGE',
          });
        const [{ watchedWorker }, { thisSite }, { defaultMemoryLimit }, { availableParallelism }] = await Promise.all([
          import('./watched-worker.ts'),
          import('../backend/site.ts'),
          import('../executors/memory.ts'),
          import('node:os'),
        ]);
        await watchedWorker({
          ...options,
          storage,
          tags,
          slots: slots ?? availableParallelism(),
          memoryLimit: memoryLimit ?? defaultMemoryLimit(),
          roots: dataRoot,
          cache: cache ?? join(thisSite().cache, 'worker'),
        });
      },
    );
}

function grace(text: string): number {
  return text === '0' ? 0 : duration(text);
}
