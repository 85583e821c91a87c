/** `tune nightly [dir]`: all studies of a folder, compared with the night before. */
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { regressedExit } from './exit-codes.ts';
import { duration, memorySize, percent, wholeNumber } from './option-values.ts';
import type { TuneOptions } from '../tune/options.ts';
import type { RunOptions } from './run-options.ts';
import { artifactsOption, storageOption } from './storage-option.ts';

export interface NightlyCommandOptions
  extends
    Pick<RunOptions, 'duration' | 'trials' | 'slots' | 'memoryLimit' | 'json' | 'quiet'>,
    Pick<TuneOptions, 'storage' | 'artifacts'> {
  readonly confirmSeeds?: number;
  /** As a share. */
  readonly noise?: number;
  readonly forceCompare?: boolean;
  readonly failOn: 'regression' | 'none';
  readonly reports: string;
  readonly webhookEnv: string;
}

interface Given extends NightlyCommandOptions {
  /** A cron expression, or "none". */
  readonly schedule?: string;
}

/** Environment variable. */
export const standardWebhook = 'TUNE_WEBHOOK_URL';

const help = `
Each space file becomes a new study every night, with the same seed; one that was cut off goes on instead. Afterwards the
best configuration of this night and that of the last one are trained again with the same new seeds, and compared.
Reports are in <reports>/<study>/, an overview in <reports>/index.html, index.md and nightly.json; in a job of GitHub
Actions it is appended to the summary of the job. With a webhook's address in the environment (TUNE_WEBHOOK_URL), a chat is
told too.

With --storage the studies are in a database, and its workers train them. With --schedule the process stays, and runs a night
whenever one is due: of several that wait for the same folder, one does, and another goes on when it dies. A night that was
due while none waited is made up for. --schedule none removes the schedule.

Exit codes: 0 nothing became worse; ${regressedExit} a study did; 1, 3 or 5 a study came to nothing (as for \`tune run\`);
2 a space file is invalid, and the others are done; 130 interrupted: the next call goes on.`;

export function nightlyCommand(): Command {
  return new Command('nightly')
    .description('tune all space files of a folder, and say what became worse since last night')
    .argument('[dir]', 'folder with the space files (default: search-spaces, if it exists, else .)')
    .option('--duration <time>', 'time of the night, shared by the studies: 90s, 10m, 8h', duration)
    .option('--trials <count>', "trials of each study (default: the space file's)", wholeNumber(1, 1_000_000))
    .option('--slots <count>', 'trials that train at once (default: one for each core)', wholeNumber(1, 1024))
    .option('--memory-limit <size>', 'what training may take: 4GB, 500MB', memorySize)
    .option(
      '--confirm-seeds <count>',
      'how often the best configurations are trained again, to compare (default: 8)',
      wholeNumber(0, 100),
    )
    .option('--noise <percent>', 'changes of the best value that are smaller do not matter (default: 1)', percent)
    .option('--force-compare', 'judge also where data or metric are not the same')
    .addOption(
      new Option('--fail-on <verdict>', `end with exit code ${regressedExit} where that is the verdict of a study`)
        .choices(['regression', 'none'])
        .default('regression'),
    )
    .addOption(storageOption("the folder of reports, and this machine's cores"))
    .addOption(artifactsOption())
    .option('--schedule <cron>', 'stay, and run a night whenever it is due: "30 1 * * *" is 1:30 every night')
    .option('--reports <folder>', 'folder for studies and reports', 'reports')
    .option('--webhook-env <name>', 'environment variable with the address to tell a chat', standardWebhook)
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing but the result')
    .addHelpText('after', help)
    .action(async (given: string | undefined, { schedule, ...options }: Given) => {
      const folder = given ?? (existsSync('search-spaces') ? 'search-spaces' : '.');
      if (schedule !== undefined) {
        const { scheduledNights } = await import('./scheduled-nights.ts');
        await scheduledNights(folder, { ...options, schedule });
      } else {
        const { watchedNight } = await import('./watched-night.ts');
        await watchedNight(folder, options);
      }
    });
}
