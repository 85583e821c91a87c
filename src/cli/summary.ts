/** The end of a run in the terminal: how good, which configuration, where everything is, what to do next. */
import { formatDuration, formatNumber, printable } from '../text.ts';
import { left, right, textTable } from '../report/columns.ts';
import { cut } from '../report/cut.ts';
import { frontTrials } from '../report/front.ts';
import { headline, testSentence } from '../report/headline.ts';
import type { Report, ReportedTrial } from '../report/report.ts';
import { shellWord } from '../report/reproduce.ts';
import {
  finalValue,
  formatChange,
  formatConfig,
  formatMove,
  formatName,
  formatValue,
  valueIn,
} from '../report/values.ts';
import { countTrials, stopReasons } from '../report/wording.ts';
import type { TuneResult } from '../tune/options.ts';
import type { Paint } from './paint.ts';
import { fileLines } from './files.ts';

const defaultReports = 'reports';

/** Trials of the Pareto front in the terminal, and columns of their configurations. */
const maxFront = 10;
const maxConfig = 60;

/** @param reports folder of the studies */
export function summary({ study, stopped, files, report }: TuneResult, paint: Paint, reports = defaultReports): string {
  const test = testSentence(report);
  const lines = [
    paint.bold(`${printable(study)}: ${printable(headline(report))}`),
    ...(test === undefined ? [] : [`test score: ${printable(test)}`]),
    ...(report.best ? ['', ...configLines(report, report.best)] : []),
    ...frontLines(report),
    '',
    `${countTrials(report.cost.counts)}, in ${formatDuration(report.cost.wallSeconds)}; ended ${stopReasons[stopped]}`,
    ...fileLines(files),
    '',
    ...nextLines(report, stopped, reports),
  ];
  return `${lines.join('\n')}\n`;
}

function configLines({ baseline, study }: Report, best: ReportedTrial): string[] {
  const rows = study.space.params.map(param => {
    const from = valueIn(baseline?.config, param.name);
    const change = formatChange(param, from, finalValue(best, param.name));
    return [formatName(param), formatMove(best, param.name), formatValue(from), change].map(printable);
  });
  return textTable([left('parameter'), right('best'), right('default'), right('change')], rows).map(indent);
}

/** Several metrics: the trials to choose from. */
function frontLines(report: Report): string[] {
  const { metrics } = report.study;
  if (!metrics || !report.front || report.front.length < 2) return [];
  const rows = frontTrials(report, maxFront).map(trial => [
    String(trial.trial),
    ...trial.values!.map(formatNumber),
    cut(printable(formatConfig(trial)), maxConfig),
  ]);
  const columns = [right('trial'), ...metrics.map(({ name }) => right(printable(name))), left('configuration')];
  return ['', `Pareto front, ${report.front.length} trials:`, ...textTable(columns, rows).map(indent)];
}

function nextLines(report: Report, stopped: TuneResult['stopped'], reports: string): string[] {
  const { spaceFile, name } = report.study;
  const folder = reports === defaultReports ? '' : ` --reports ${shellWord(reports)}`;
  const goOn = moreOf(report, stopped);
  const canGoOn = spaceFile !== undefined && stopped !== 'target' && stopped !== 'converged' && stopped !== 'exhausted';
  return [
    `next: npx tune show ${shellWord(name)}${folder}`,
    ...(canGoOn ? [`      npx tune ${shellWord(spaceFile)}${goOn}${folder}`] : []),
  ];
}

/** The option with which a spent budget becomes twice as large. */
function moreOf({ run: { budget } }: Report, stopped: TuneResult['stopped']): string {
  if (stopped === 'trials') return ` --trials ${budget.trials * 2}`;
  return stopped === 'gradient-evaluations' ? ` --gradient-evaluations ${budget.gradientEvaluations! * 2}` : '';
}

function indent(line: string): string {
  return `  ${line}`;
}
