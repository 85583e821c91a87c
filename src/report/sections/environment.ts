/** What a result depends on beside the space file. */
import { left, markdownTable } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

export function environmentSection({ study, run }: Report): string[] {
  const { version, node, platform, cpus, tensorflow } = run.environment;
  const rows = [
    ['sampler', study.sampler],
    ['pruner', study.pruner],
    ['seed', String(study.seed)],
    ['started', run.startedAt],
    ['tfjs-tune', version],
    ...(tensorflow === undefined ? [] : [['TensorFlow.js', tensorflow]]),
    ['Node', node],
    ['platform', platform],
    ['processors', cpus],
  ].map(row => row.map(cell));
  return ['#### Environment', '', ...markdownTable([left('what'), left('value')], rows)];
}
