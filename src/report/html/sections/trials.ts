/** Every trial, to be sorted and filtered; the data of all of them for a download. */
import { formatDuration, formatNumber } from '../../../text.ts';
import { left, right } from '../../columns.ts';
import type { Report, ReportedTrial } from '../../report.ts';
import { reportCsv } from '../../report-csv.ts';
import { trialStates } from '../../trial-states.ts';
import { finalValue, formatMove, formatName } from '../../values.ts';
import { jsonBlock, markup, type Content, type Markup } from '../markup.ts';
import { table, type Cell, type Row, type Section } from '../parts.ts';

/** A page with more rows is slow to open; the download has them all. */
const mostRows = 2000;

export function trialsSection(report: Report): Section | undefined {
  const { trials } = report;
  if (trials.length === 0) return undefined;
  const shown = shownTrials(report);
  const note =
    shown.length < trials.length &&
    markup`<p class="note">Of ${trials.length} trials these are the best ${mostRows / 4}, and every so-manieth other one.</p>\n`;
  const content = [
    note,
    controls(report),
    trialTable(report, shown),
    jsonBlock('trial-data', { csv: reportCsv(report), name: `${report.study.name}.csv` }),
  ];
  return { id: 'trials', title: 'Trials', content };
}

/** Without a script nothing can be filtered, so it is the script that shows them. */
function controls({ cost }: Report): Markup {
  const states = trialStates.filter(state => cost.counts[state] > 0);
  const boxes = states.map(
    state =>
      markup`<label><input type="checkbox" name="state" value="${state}" checked> <span class="state ${state}">${state}</span> ${cost.counts[state]}</label>\n`,
  );
  return markup`<form class="controls" hidden>
<fieldset><legend>Show</legend>
${boxes}</fieldset>
<output></output>
<button type="reset">All</button>
<button type="button" name="csv">Download CSV</button>
</form>
`;
}

function shownTrials({ trials, top, study }: Report): readonly ReportedTrial[] {
  if (trials.length <= mostRows) return trials;
  const sign = study.metric.goal === 'maximize' ? -1 : 1;
  const ranked = trials
    .filter(({ value }) => value !== undefined)
    .toSorted((a, b) => sign * (a.value! - b.value!))
    .slice(0, mostRows / 4);
  const best = new Set([...top, ...ranked.map(({ trial }) => trial)]);
  const others = trials.filter(({ trial }) => !best.has(trial));
  const every = others.length / (mostRows - best.size);
  const sample = new Set(
    Array.from({ length: mostRows - best.size }, (_, index) => others[Math.floor(index * every)]!),
  );
  return trials.filter(trial => best.has(trial.trial) || sample.has(trial));
}

function trialTable({ study, trials }: Report, shown: readonly ReportedTrial[]): Content {
  const { params } = study.space;
  const metrics = study.metrics ?? [study.metric];
  const hasClasses = trials.some(({ curveClass }) => curveClass !== undefined);
  const columns = [
    right('trial'),
    left('state'),
    ...metrics.map(({ name }) => right(name)),
    right('epochs'),
    right('time'),
    ...(hasClasses ? [left('curve')] : []),
    ...params.map(param => ('log' in param ? right : left)(formatName(param))),
  ];
  const rows = shown.map((trial): Row => {
    const { state, stopped, failure, epochs, seconds, curveClass } = trial;
    const values = trial.values ?? [trial.value];
    const reason = failure?.cause ?? (state === 'complete' ? undefined : stopped);
    return {
      data: { trial: trial.trial, state },
      cells: [
        trial.trial,
        [
          markup`<span class="state ${state}">${state}</span>`,
          reason !== undefined && ` ${reason}`,
          trial.confirms !== undefined && ` confirms ${trial.confirms}`,
        ],
        ...metrics.map((_, index) => numberCell(values[index])),
        epochs,
        seconds === undefined ? '' : { content: formatDuration(seconds), order: seconds },
        ...(hasClasses ? [curveClass] : []),
        ...params.map(({ name }) => {
          const value = finalValue(trial, name);
          const text = formatMove(trial, name);
          return typeof value === 'number' && String(value) !== text ? { content: text, order: value } : text;
        }),
      ],
    };
  });
  return table({ caption: 'Trials', columns, rows, kind: 'trials' });
}

function numberCell(value: number | undefined): Content | Cell {
  return value === undefined ? '' : { content: formatNumber(value), order: value };
}
