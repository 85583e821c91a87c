/** How to have the same study again, and what a result depends on beside the space file. */
import type { Report } from '../../report.ts';
import { reproduceCommand } from '../../reproduce.ts';
import { stopReasons } from '../../wording.ts';
import { markup } from '../markup.ts';
import type { Section } from '../parts.ts';
import { moment } from '../times.ts';

export function reproduceSection(report: Report): Section | undefined {
  const command = reproduceCommand(report);
  if (command === undefined) return undefined;
  return { id: 'reproduce', title: 'Reproduce', content: markup`<pre><code>${command}</code></pre>\n` };
}

export function environmentSection({ study, run }: Report): Section {
  const { version, node, platform, cpus, tensorflow, commit } = run.environment;
  const facts = [
    ['Started', moment(run.startedAt)],
    ['Finished', moment(run.finishedAt)],
    ['Ended', stopReasons[run.stopped]],
    ['Sampler', study.sampler],
    ['Pruner', study.pruner],
    ['Seed', study.seed],
    ['At once', run.slots],
    ['tfjs-tune', version],
    ['TensorFlow.js', tensorflow],
    ['Node', node],
    ['Platform', platform],
    ['Processors', cpus],
    ['Commit', commit],
    ['Data', run.data && markup`<code>${run.data.hash}</code>`],
  ] as const;
  const content = markup`<dl class="pairs">
${facts.map(([name, value]) => value !== undefined && markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
`;
  return { id: 'environment', title: 'Environment', content };
}
