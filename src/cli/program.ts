/** The commands of `tune`, put together. Each loads what it needs when it runs, so that help is there at once. */
import { Command } from 'commander';
import { packageVersion } from '../report/environment.ts';
import { adviseCommand } from './advise.ts';
import { askCommand } from './ask.ts';
import { bestCommand } from './best.ts';
import { copyCommand } from './copy.ts';
import { diffCommand } from './diff.ts';
import { doctorCommand } from './doctor.ts';
import { enqueueCommand } from './enqueue.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { initCommand } from './init.ts';
import { inspectCommand } from './inspect.ts';
import { listCommand } from './list.ts';
import { migrateCommand } from './migrate.ts';
import { nightlyCommand } from './nightly.ts';
import { predictCommand } from './predict.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { resumeCommand } from './resume.ts';
import { runCommand } from './run.ts';
import { serveCommand } from './serve.ts';
import { showCommand } from './show.ts';
import { tellCommand } from './tell.ts';
import { trialsCommand } from './trials.ts';
import { validateCommand } from './validate.ts';
import { verifyCommand } from './verify.ts';
import { watchCommand } from './watch.ts';
import { workerCommand } from './worker.ts';
import { workersCommand } from './workers.ts';

const examples = `
Examples:
  tune init                      write a space file to start from
  tune inspect space.json        show the model's layers, sizes and memory
  tune space.json                tune it: the best model and a report go to reports/<study>/
  tune space.json --trials 100   go on with the same study
  tune resume                    go on with the study that was interrupted
  tune list                      the studies so far
  tune watch                     the report of a study in the browser, while it runs
  tune nightly                   tune all space files of a folder, and say what became worse since last night
  tune predict <model> new.csv   what a saved model says about new data
  tune ask space.json            a configuration for a program of your own; tune tell says what came out

Exit codes: 0 done, 1 tuning failed or a journal is damaged, 2 wrong usage or space file, 3 no native backend,
4 done, but the journal had been damaged and is mended now, 5 the disk is full,
6 done, and worse than the night before, 130 interrupted.
NO_COLOR and FORCE_COLOR are respected; TUNE_DEBUG=1 shows stacks.`;

/** Throws CommanderError or TuneError where it would have printed an error and ended the process. */
export function createProgram(): Command {
  const program = new Command('tune')
    .description('Hyperparameter tuning for TensorFlow.js on Node.')
    .usage('<space.json> | <command> [options]')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError()
    .addHelpText('after', examples);
  const run = runCommand(() => program.commands.map(command => command.name()));
  program.addCommand(run, { isDefault: true });
  const groups = {
    'Commands:': [validateCommand(), inspectCommand(), predictCommand(), initCommand(), doctorCommand()],
    'Studies:': [
      nightlyCommand(),
      resumeCommand(),
      listCommand(),
      showCommand(),
      reportCommand(),
      watchCommand(),
      trialsCommand(),
      bestCommand(),
      adviseCommand(),
      diffCommand(),
      exportCommand(),
      importCommand(),
      copyCommand(),
      verifyCommand(),
      replayCommand(),
    ],
    'On several machines:': [workerCommand(), workersCommand(), migrateCommand()],
    'For programs of your own:': [askCommand(), tellCommand(), enqueueCommand(), serveCommand()],
  };
  for (const [heading, commands] of Object.entries(groups))
    for (const command of commands) program.addCommand(command.helpGroup(heading));
  for (const command of program.commands) command.copyInheritedSettings(program);
  // A mistyped command and its arguments land here; the command itself says what was meant.
  run.allowExcessArguments();
  return program;
}
