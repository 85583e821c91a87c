/** How the validation gradient moved the values of the best trial. */
import { toUnit } from '../../space/scale.ts';
import type { Space } from '../../space/space.ts';
import { formatNumber } from '../../text.ts';
import { lastStep, valueAt } from '../../train/hypergradient/learned-schedule.ts';
import type { LearnedSchedule } from '../../train/hypergradient/tuning.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report, ReportedTrial } from '../report.ts';
import { sparkline } from '../sparkline.ts';
import { cell } from './cells.ts';

export function learnedSection({ best, model, study }: Report): string[] {
  if (!best?.learned) return [];
  const schedule = model?.schedule;
  const names = Object.keys(best.learned);
  const steps = schedule ? stepsOf(schedule, names) : [];
  const columns = [
    left('parameter'),
    right('start'),
    right('learned'),
    ...(schedule ? [left('schedule')] : []),
    ...steps.map(({ label, step }) => right(`${label} (${step})`)),
  ];
  const rows = Object.entries(best.learned).map(([name, { start, end }]) => [
    cell(name),
    formatNumber(start),
    formatNumber(end),
    ...(schedule ? [`\`${curve(name, schedule, study.space)}\``] : []),
    ...steps.map(({ step }) => formatNumber(valueAt(schedule!, name, step))),
  ]);
  return [
    '#### Learned by gradients',
    '',
    [what(best), ...(schedule ? ['Every step is in `model/schedule.json`.'] : [])].join(' '),
    '',
    ...markdownTable(columns, rows),
  ];
}

/** "Trial 7 moved these values while it trained (estimator forward, 2 rollbacks); learned are those of epoch 6, ..." */
function what({ trial, bestEpoch, hypergradient, estimator, rollbacks = 0 }: ReportedTrial): string {
  const did = hypergradient === 'restart' ? 'told the gradient of these values' : 'moved these values while it trained';
  const facts = [
    ...(estimator === undefined ? [] : [`estimator ${estimator}`]),
    ...(rollbacks === 0 ? [] : [`${rollbacks} ${rollbacks === 1 ? 'rollback' : 'rollbacks'}`]),
  ];
  const kept = bestEpoch === undefined ? '' : `; learned are those of epoch ${bestEpoch}, whose weights are kept`;
  return `Trial ${trial} ${did}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}${kept}.`;
}

/** On the parameter's search scale. */
function curve(name: string, { values }: LearnedSchedule, { params }: Space): string {
  const param = params.find(other => other.name === name);
  const own = values[name]!;
  return sparkline(param ? own.map(value => toUnit(param, value)) : own, 40);
}

const shares = { 'first step': 0, '25 %': 0.25, '50 %': 0.5, '75 %': 0.75, end: 1 };

function stepsOf(schedule: LearnedSchedule, names: readonly string[]): { label: string; step: number }[] {
  const last = Math.max(...names.map(name => lastStep(schedule, name)));
  return Object.entries(shares).map(([label, share]) => ({ label, step: 1 + Math.round(share * (last - 1)) }));
}
