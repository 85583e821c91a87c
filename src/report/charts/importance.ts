/** How much each parameter matters: three questions side by side, as they may have different answers. */
import { axisY, barX, ruleX, ruleY, text } from '@observablehq/plot';
import { printable } from '../../text.ts';
import { cut, lengthOf } from '../cut.ts';
import type { Importance, Share } from '../importance/importance.ts';
import { formatShare, formatSpread } from '../values.ts';
import type { ChartTable, DrawChart } from './chart.ts';
import { series } from './colors.ts';
import { rankedTrials, varyingParams } from './param-values.ts';
import { plotChart } from './plot.ts';

/** One way to ask what matters. */
interface Method {
  readonly name: string;
  /** Under its name. */
  readonly question: string;
  /** "learningRate matters the most ..." */
  readonly subject: string;
  readonly shares: readonly Share[];
}

interface Bar extends Share {
  readonly method: number;
  readonly row: number;
}

const mostRows = 12;
const rowHeight = 26;

export const drawImportance: DrawChart = report => {
  const { importance, study } = report;
  const varying = new Set(varyingParams(report, rankedTrials(report)).map(({ name }) => name));
  const methods = importance ? methodsOf(importance, varying, study.metric.name) : [];
  if (methods.length === 0) return undefined;
  // Largest first, as the first method has them.
  const names = [...new Set(methods.flatMap(({ shares }) => shares.map(({ parameter }) => parameter)))];
  const shown = names.slice(0, mostRows);
  const bars = methods.flatMap(({ shares }, method) =>
    shares
      .map((share): Bar => ({ ...share, method, row: shown.indexOf(share.parameter) }))
      .filter(({ row }) => row >= 0),
  );
  const longest = shown.reduce((length, name) => Math.max(length, lengthOf(shortName(name))), 0);
  const omitted = names.length - shown.length;
  return plotChart(
    {
      id: 'importance',
      title: 'What matters',
      finding: findingOf(methods) + (omitted > 0 ? ` The table has ${omitted} more parameters.` : ''),
      table: tableOf(methods, names, importance!),
    },
    {
      height: 46 + rowHeight * shown.length,
      marginTop: 40,
      marginBottom: 6,
      marginLeft: 16 + 6.6 * longest,
      marginRight: 24,
      x: {
        axis: null,
        domain: [0, Math.max(...bars.map(({ share, deviation = 0 }) => share + deviation))],
        insetRight: 36,
      },
      y: { domain: shown.map((_, row) => row), padding: 0.35, label: null },
      fx: { axis: null, domain: methods.map((_, method) => method), padding: 0.06 },
      marks: [
        axisY({ tickFormat: (row: number) => shortName(shown[row]!), tickSize: 0, fontSize: 12 }),
        ...(['name', 'question'] as const).map((part, line) =>
          text(methods, {
            fx: (_: Method, method: number) => method,
            text: part,
            frameAnchor: 'top-left',
            dy: 16 * line - 34,
            ...(line === 0 ? { fontWeight: 600 } : { fillOpacity: 0.75 }),
          }),
        ),
        barX(bars, { fx: 'method', y: 'row', x: 'share', fill: series[0]!, className: 'shares' }),
        ruleX([0], { strokeOpacity: 0.5 }),
        ruleY(
          bars.filter(({ deviation }) => deviation !== undefined),
          {
            fx: 'method',
            y: 'row',
            x1: ({ share, deviation }: Bar) => Math.max(0, share - deviation!),
            x2: ({ share, deviation }: Bar) => share + deviation!,
            strokeWidth: 1.5,
            className: 'deviations',
          },
        ),
        text(bars, {
          fx: 'method',
          y: 'row',
          x: ({ share, deviation = 0 }: Bar) => share + deviation,
          text: ({ share }: Bar) => percent(share),
          textAnchor: 'start',
          dx: 5,
        }),
      ],
    },
  );
};

function methodsOf(
  { ped, fanova, local }: Importance,
  varying: ReadonlySet<string>,
  metric: string,
): readonly Method[] {
  const all = [
    {
      name: 'PED-ANOVA',
      question: 'separates the best tenth',
      subject: 'for what separates the best tenth of the trials from the rest',
      shares: ped,
    },
    {
      name: 'fANOVA',
      question: 'moves it anywhere',
      subject: `for ${metric} anywhere in the space`,
      shares: fanova?.shares,
    },
    {
      name: 'local',
      question: 'moves it around the best',
      subject: `for ${metric} around the best configuration`,
      shares: local,
    },
  ];
  return all.flatMap(({ shares = [], ...method }) => {
    const kept = shares.filter(({ parameter, share }) => varying.has(parameter) && Number.isFinite(share));
    return kept.length === 0 ? [] : [{ ...method, shares: kept.toSorted((a, b) => b.share - a.share) }];
  });
}

/** "lr matters the most for A (51 %) and for B (60 %), units for C (42 %)." */
function findingOf(methods: readonly Method[]): string {
  const first = [...new Set(methods.map(({ shares }) => shares[0]!.parameter))];
  const sentences = first.map((parameter, index) => {
    const subjects = methods
      .filter(({ shares }) => shares[0]!.parameter === parameter)
      .map(({ subject, shares }) => `${subject} (${formatShare(shares[0]!.share)})`);
    return `${parameter} ${index === 0 ? 'matters the most ' : ''}${listed(subjects)}`;
  });
  return `${sentences.join(', ')}.`;
}

function listed(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Three panels need the room beside it. */
function shortName(name: string): string {
  return cut(printable(name), 20);
}

/** "88 %", "<1 %" */
function percent(share: number): string {
  return share > 0 && share < 0.005 ? '<1 %' : `${Math.round(share * 100)} %`;
}

function tableOf(methods: readonly Method[], names: readonly string[], { fanova }: Importance): ChartTable {
  const rows = names.map(name => [
    name,
    ...methods.map(({ shares }) => {
      const found = shares.find(({ parameter }) => parameter === name);
      return found ? formatSpread(found) : '';
    }),
  ]);
  const together = fanova && [
    'interactions',
    ...methods.map(({ name }) => (name === 'fANOVA' ? formatShare(fanova.interactions) : '')),
  ];
  return { columns: ['parameter', ...methods.map(({ name }) => name)], rows: together ? [...rows, together] : rows };
}
