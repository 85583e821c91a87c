/** `tune trials <study>`: the trials of a study, all or some, in the order wanted. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { TrialState } from '../study/trial.ts';
import { wholeNumber } from './option-values.ts';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

export interface TrialsOptions extends ShownOptions {
  readonly state?: readonly TrialState[];
  readonly sort: 'id' | 'value';
  readonly limit?: number;
}

const states = ['complete', 'pruned', 'failed', 'running', 'waiting'] as const satisfies TrialState[];

export function trialsCommand(): Command {
  return studiesCommand('trials', 'show the trials of a study: values, epochs, time, failures, configurations')
    .argument('<study>', 'name of the study')
    .option('--state <list>', `those in these states alone: ${states.join(',')}`, statesIn)
    .addOption(new Option('--sort <by>', 'by number, or the best value first').choices(['id', 'value']).default('id'))
    .option('--limit <count>', 'at most so many', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action(async (name: string, options: TrialsOptions) => {
      const { showTrials } = await import('./shown-trials.ts');
      print(await showTrials(name, options), options);
    });
}

/** "complete,failed" */
function statesIn(text: string): readonly TrialState[] {
  const names = text.split(',');
  const isState = (name: string): name is TrialState => (states as readonly string[]).includes(name);
  if (names.every(isState)) return names;
  throw new InvalidArgumentError(`Expected some of ${states.join(', ')}, with commas between them.`);
}
