/** `tune trials <study>`: the trials of a study, all or some, in the order wanted. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { trialStates } from '../report/trial-states.ts';
import type { TrialState } from '../study/trial.ts';
import { wholeNumber } from './option-values.ts';
import { anyStudiesCommand, print, withStudies, type ShownOptions } from './shown.ts';

export interface TrialsOptions extends ShownOptions {
  readonly state?: readonly TrialState[];
  readonly sort: 'id' | 'value';
  readonly limit?: number;
}

export function trialsCommand(): Command {
  return anyStudiesCommand('trials', 'show the trials of a study: values, epochs, time, failures, configurations')
    .argument('<study>', 'name of the study')
    .option('--state <list>', `those in these states alone: ${trialStates.join(',')}`, statesIn)
    .addOption(new Option('--sort <by>', 'by number, or the best value first').choices(['id', 'value']).default('id'))
    .option('--limit <count>', 'at most so many', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action(async (name: string, options: TrialsOptions) => {
      const { showTrials } = await import('./shown-trials.ts');
      print(await withStudies(options, studies => showTrials(studies, name, options)), options);
    });
}

/** "complete,failed" */
function statesIn(text: string): readonly TrialState[] {
  const names = text.split(',');
  const isState = (name: string): name is TrialState => (trialStates as readonly string[]).includes(name);
  if (names.every(isState)) return names;
  throw new InvalidArgumentError(`Expected some of ${trialStates.join(', ')}, with commas between them.`);
}
