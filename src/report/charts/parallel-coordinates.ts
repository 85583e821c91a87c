/**
 * Every trial as a line across one axis per parameter, coloured by how good it is, the best one on top.
 * Inselberg 1985, "The plane with parallel coordinates", https://doi.org/10.1007/BF01898350
 */
import type { Param } from '../../space/space.ts';
import { lossOf } from '../../study/losses.ts';
import { formatCount, formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import { formatMove } from '../values.ts';
import { agreement } from './agreement.ts';
import type { ChartTable, DrawChart } from './chart.ts';
import { parallelLines, type Column } from './parallel-lines.ts';
import { numberAxis, paramAxis, trialPlace } from './param-axis.ts';
import { byImportance, knownShares, rankedTrials, valuesOf, varyingParams } from './param-values.ts';
import { svgChart } from './plot.ts';
import { sampleTrials } from './sample.ts';
import { thinned } from './ticks.ts';
import type { ValuedTrial } from './trials.ts';
import { valueScale } from './value-scale.ts';

const mostAxes = 10;
const mostTicks = 14;
const mostRows = 20;

/** Fewer trials agree by chance. */
const fewestBest = 3;

export const drawParallelCoordinates: DrawChart = report => {
  const ranked = rankedTrials(report);
  const varying = varyingParams(report, ranked);
  if (varying.length === 0) return undefined;
  const { name, goal } = report.study.metric;
  const { shown, note } = sampleTrials(ranked, ({ value }) => lossOf(value, goal));
  const important = new Set(byImportance(varying, report.importance).slice(0, mostAxes));
  const params = varying.filter(param => important.has(param));
  const scale = valueScale(
    ranked.map(({ value }) => value),
    goal,
  );
  const omitted = varying.length > params.length;
  const finding = [
    findingOf(report, ranked, varying),
    scale.note(shown.map(({ value }) => value)),
    note,
    omitted &&
      `The ${knownShares(report.importance) ? `${params.length} most important` : `first ${params.length}`} of ${varying.length} parameters have an axis.`,
  ];
  const columns = params.map(param => paramColumn(param, shown));
  const values = numberAxis(...scale.axis.domain, scale.axis.type === 'log');
  const places = shown.map(({ value }) => values.place(scale.place(value)));
  return svgChart(
    {
      id: 'parallel',
      title: 'Every trial across its parameters',
      finding: finding.filter(Boolean).join(' '),
      table: tableOf(ranked, params, name),
    },
    parallelLines(shown, [...columns, { name, ticks: values.ticks, places }]),
  );
};

function paramColumn(param: Param, trials: readonly ValuedTrial[]): Column {
  const values = valuesOf(param, trials);
  const axis = paramAxis(param, values);
  const places = trials.map(({ trial }, index) => trialPlace(axis, values[index], trial));
  return { name: param.name, ticks: thinned(axis.ticks, mostTicks), places };
}

function findingOf({ study }: Report, ranked: readonly ValuedTrial[], params: readonly Param[]): string {
  const count = Math.ceil(ranked.length / 10);
  const common = count < fewestBest ? undefined : agreement(params, ranked, count);
  const [{ trial, value }] = ranked as [ValuedTrial];
  const best = `the best is trial ${trial} with ${study.metric.name} ${formatNumber(value)}.`;
  const all = `${formatCount(ranked.length)} trials`;
  return common ? `The best ${count} of ${all} have ${common}; ${best}` : `Of ${all}, ${best}`;
}

function tableOf(ranked: readonly ValuedTrial[], params: readonly Param[], metric: string): ChartTable {
  return {
    ...(ranked.length > mostRows && { caption: `The best ${mostRows} of ${formatCount(ranked.length)} trials.` }),
    columns: ['trial', ...params.map(({ name }) => name), metric],
    rows: ranked
      .slice(0, mostRows)
      .map(trial => [
        String(trial.trial),
        ...params.map(({ name }) => formatMove(trial, name)),
        formatNumber(trial.value),
      ]),
  };
}
