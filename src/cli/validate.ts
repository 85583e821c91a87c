/** `tune validate <space.json>`: everything that is wrong with a space file, without training. */
import { Command } from 'commander';
import { printable } from '../text.ts';
import { toJsonText } from '../report/json.ts';
import type { SpaceFile } from '../space/space-file.ts';
import { nameOf } from '../space/chosen-name.ts';
import { shownPath } from './files.ts';
import { checkSpacePath } from './space-path.ts';

export function validateCommand(): Command {
  return new Command('validate')
    .description('check a space file without training')
    .argument('<space.json>', 'the space file')
    .option('--json', 'print what was found as JSON')
    .action(async (path: string, { json }: { readonly json?: boolean }) => {
      checkSpacePath(path);
      const [{ loadSpaceFile }, { sections }] = await Promise.all([
        import('../space/parse.ts'),
        import('../tune/sections.ts'),
      ]);
      const file = await loadSpaceFile(path, sections);
      process.stdout.write(json ? toJsonText({ valid: true, ...describe(file) }) : sentence(path, file));
    });
}

function describe({ name, space, search, budget, metric, metrics, seed }: SpaceFile) {
  return {
    study: name,
    parameters: space.params.map(param => param.name),
    constraints: space.constraints,
    sampler: search.sampler.technique.name,
    pruner: nameOf(search.pruner),
    budget,
    metric,
    ...(metrics.length > 1 && { metrics }),
    seed,
  };
}

function sentence(path: string, file: SpaceFile): string {
  const { study, parameters, sampler, pruner, budget } = describe(file);
  const goals = file.metrics.map(({ name, goal }) => `${goal} ${printable(name)}`).join(' and ');
  const count = parameters.length === 0 ? 'the default parameters' : `${parameters.length} parameters`;
  return (
    `${shownPath(path)} is valid: study ${printable(study)}, ${count}, ${budget.trials} trials by ${sampler} ` +
    `with the ${pruner} pruner, to ${goals}\n`
  );
}
