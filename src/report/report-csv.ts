/** The trials of a report as CSV, one row each; every column that any trial has something for. */
import { csvText, jsonCell, type Cell } from './csv.ts';
import type { Report, ReportedTrial } from './report.ts';
import { valueIn } from './values.ts';

export function reportCsv({ trials, study }: Report): string {
  const objectives = study.metrics ?? [study.metric];
  const metrics = [...new Set(trials.flatMap(trial => Object.keys(trial.metrics)))];
  const columns: [string, (trial: ReportedTrial) => Cell][] = [
    ['trial', ({ trial }) => trial],
    ['state', ({ state }) => state],
    ...objectives.map(({ name }, index): (typeof columns)[number] => [
      name,
      ({ value, values = [value] }) => values[index],
    ]),
    ['best_epoch', ({ bestEpoch }) => bestEpoch],
    ['epochs', ({ epochs }) => epochs],
    ['seconds', ({ seconds }) => seconds],
    ['started_at', ({ startedAt }) => startedAt],
    ['finished_at', ({ finishedAt }) => finishedAt],
    ['worker', ({ worker }) => worker],
    ['space_version', ({ version }) => version],
    ['confirms', ({ confirms }) => confirms],
    ['stopped', ({ stopped }) => stopped],
    ['cause', ({ failure }) => failure?.cause],
    ['message', ({ failure }) => failure?.message],
    ['curve', ({ curveClass }) => curveClass],
    ...study.space.params.map(({ name }): (typeof columns)[number] => [
      `param_${name}`,
      ({ config }) => jsonCell(valueIn(config, name)),
    ]),
    ...metrics.map((name): (typeof columns)[number] => [
      `metric_${name}`,
      trial => (Object.hasOwn(trial.metrics, name) ? trial.metrics[name] : undefined),
    ]),
  ];
  const used = columns.filter(([, cell]) => trials.some(trial => cell(trial) !== undefined));
  return csvText(
    used.map(([name]) => name),
    trials.map(trial => used.map(([, cell]) => cell(trial))),
  );
}
