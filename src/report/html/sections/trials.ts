/** Every trial, to be sorted and filtered; the data of all of them for a download. */
import { formatCount, formatDuration, formatNumber } from '../../../text.ts';
import { sampleTrials } from '../../charts/sample.ts';
import { left, right } from '../../columns.ts';
import type { Report, ReportedTrial } from '../../report.ts';
import { reportCsv } from '../../report-csv.ts';
import { trialStates } from '../../trial-states.ts';
import { finalValue, formatMove, formatName } from '../../values.ts';
import { jsonBlock, markup, type Content, type Markup } from '../markup.ts';
import { table, type Cell, type Row, type Section } from '../parts.ts';

export function trialsSection(report: Report): Section | undefined {
  const { trials, study } = report;
  if (trials.length === 0) return undefined;
  const sign = study.metric.goal === 'maximize' ? -1 : 1;
  const { shown } = sampleTrials(trials, ({ value = Infinity }) => sign * value);
  const note =
    shown.length < trials.length &&
    markup`<p class="note">These are the best ones of ${formatCount(trials.length)} and an even sample of the others, ${formatCount(shown.length)} in all; the download has every one.</p>\n`;
  const content = [
    note,
    controls(report),
    trialTable(report, shown),
    jsonBlock('trial-data', { csv: reportCsv(report), name: `${study.name}.csv` }),
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
