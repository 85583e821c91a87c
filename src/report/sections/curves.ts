/** Learning curves of the best trial. */
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report, ReportedTrial } from '../report.ts';
import type { Measurement } from '../../study/trial.ts';
import { adviceFor } from '../../train/advice.ts';
import { sparkline } from '../sparkline.ts';
import { formatShare } from '../values.ts';
import { cell } from './cells.ts';

const manyDead = 0.2;
const revival = 'try leakyRelu, prelu or elu, a lower learning rate, or another initializer.';

/** Enough for the losses and metrics of training; a user's trainer may report any number. */
const maxMetrics = 8;

export function curvesSection({ best, curves }: Report): string[] {
  const points = curves.find(({ trial }) => trial === best?.trial)?.points ?? [];
  if (points.length < 2) return [];
  const bestAt = points.findIndex(({ step }) => step === best?.bestEpoch);
  const marked = [0, ...(bestAt < 0 ? [] : [bestAt]), points.length - 1];
  const rows = seriesOf(points).map(({ name, values }) =>
    [cell(name), `\`${sparkline(values, 40)}\``].concat(marked.map(index => formatNumber(values[index]!))),
  );
  const titles = marked.map((index, position) => {
    const label = position === 0 ? 'first' : position === marked.length - 1 ? 'last' : 'best';
    return `${label} (${points[index]!.step})`;
  });
  return [
    `#### Learning curves of trial ${best!.trial}`,
    '',
    'Values at the first, the best and the last epoch:',
    '',
    ...markdownTable([left('metric'), left('curve'), ...titles.map(right)], rows),
    ...adviceOf(best!),
  ];
}

function adviceOf({ curveClass, deadUnits = 0 }: ReportedTrial): string[] {
  const advice = curveClass === undefined ? [] : [`Class: ${curveClass}. ${adviceFor[curveClass].text}`];
  const dead =
    deadUnits < manyDead
      ? []
      : [`${formatShare(deadUnits)} of the hidden units put out the same for every validation row: ${revival}`];
  return [...advice, ...dead].flatMap(line => ['', line]);
}

interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

function seriesOf(points: readonly Measurement[]): readonly Series[] {
  const found = new Set(points.flatMap(({ metrics = {} }) => Object.keys(metrics)));
  found.delete('seconds');
  if (found.size === 0) return [{ name: 'value', values: points.map(({ value }) => value) }];
  return [...found].slice(0, maxMetrics).map(name => ({ name, values: points.map(point => metricOf(point, name)) }));
}

function metricOf({ metrics = {} }: Measurement, name: string): number {
  return Object.hasOwn(metrics, name) ? metrics[name]! : NaN;
}
