/** What a night came to, study by study: nightly.json, its index as Markdown, and what of it goes into a chat. */
import type { ErrorCode } from '../errors.ts';
import { formatDuration, formatNumber } from '../text.ts';
import { left, markdownTable, right } from './columns.ts';
import type { Outcome, Verdict } from './compare/comparison.ts';
import { formatRelative, outcomeWords } from './compare/wording.ts';
import { cut } from './cut.ts';
import { markdownText } from './markdown-text.ts';
import { sparkline } from './sparkline.ts';
import { meanOf } from '../stats/mean.ts';

export interface Nightly {
  readonly schema: 'tune-nightly/1';
  /** ISO times. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Those that need someone first. */
  readonly studies: readonly NightlyStudy[];
}

export interface NightlyStudy {
  /** Name of the study; of a file that cannot be read, of the file. */
  readonly study: string;
  /** Path of the space file. */
  readonly spaceFile: string;
  /**
   * "failed": it came to nothing, `problems` say why; "invalid": its space file cannot be read; "interrupted": it goes on the
   * next night; "not-run": the night was over before its turn.
   */
  readonly state: 'done' | 'failed' | 'invalid' | 'interrupted' | 'not-run';
  readonly problems?: readonly string[];
  /** Of the error behind them. */
  readonly code?: ErrorCode | 'INTERNAL';
  readonly metric?: string;
  /** Of the best configuration: the mean of its fresh trainings, where there are some. */
  readonly value?: number;
  readonly verdict?: Verdict;
  /** That value of earlier nights and of this one, oldest first. */
  readonly trend: readonly number[];
  /** Trials that failed. */
  readonly failures: number;
  /** What the first advice says. */
  readonly advice?: string;
  readonly seconds: number;
  /** Path of its report.html from the folder of all reports, with "/". */
  readonly report?: string;
}

/** What a study came to in one or two words, and a symbol, so that nothing depends on colour. */
export function statusOf({ state, verdict }: NightlyStudy): { readonly symbol: string; readonly word: string } {
  if (state !== 'done') return states[state];
  return verdict ? outcomeWords[verdict.outcome] : { symbol: '•', word: 'First night' };
}

const states = {
  failed: { symbol: '!', word: 'Failed' },
  invalid: { symbol: '!', word: 'Invalid space file' },
  interrupted: { symbol: '…', word: 'Interrupted' },
  'not-run': { symbol: '–', word: 'Not run' },
} as const;

/** Those that became worse first, then those that came to nothing; else by name. */
export function byUrgency(studies: readonly NightlyStudy[]): readonly NightlyStudy[] {
  const urgency = ({ state, verdict }: NightlyStudy): number =>
    state === 'done' ? (verdict?.outcome === 'regressed' ? 0 : 5) : order.indexOf(state) + 1;
  return studies.toSorted((a, b) => urgency(a) - urgency(b) || (a.study < b.study ? -1 : 1));
}

const order: readonly NightlyStudy['state'][] = ['failed', 'invalid', 'interrupted', 'not-run'];

/** By how much the value of the metric changed: "+6.9 %". Empty where nothing tells. */
export function changeOf({ verdict }: NightlyStudy): string {
  const { before = [], after = [] } = verdict ?? {};
  if (before.length === 0 || after.length === 0) return '';
  const [from, to] = [meanOf(before), meanOf(after)];
  return formatRelative(to - from, from);
}

/** What there is to say of a study in one sentence. */
export function sentenceOf({ verdict, problems = [], state }: NightlyStudy): string {
  if (state === 'not-run') return 'the night was over before its turn';
  if (state === 'interrupted') return 'it goes on the next night';
  return verdict?.sentence ?? problems.join('; ');
}

/** "1 regressed, 2 no change" */
export function nightlyHeadline({ studies }: Nightly): string {
  const counts = new Map<string, number>();
  for (const study of studies) {
    const word = statusOf(study).word.toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return studies.length === 0 ? 'no study' : [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

const trendWidth = 14;

/** index.md: it fits into the summary of a CI job, and links to the reports beside it. */
export function nightlyMarkdown(night: Nightly): string {
  const columns = [
    left('verdict'),
    left('study'),
    left('metric'),
    right('value'),
    right('change'),
    left('nights'),
    right('failed trials'),
    right('time'),
    left('report'),
  ];
  const rows = night.studies.map(study => {
    const { symbol, word } = statusOf(study);
    return [
      `${symbol} ${word}`,
      markdownText(study.study),
      markdownText(study.metric ?? ''),
      study.value === undefined ? '' : formatNumber(study.value),
      changeOf(study),
      sparkline(study.trend, trendWidth),
      String(study.failures),
      formatDuration(study.seconds),
      study.report === undefined ? '' : `[report](${encodeURI(study.report)})`,
    ];
  });
  const said = night.studies
    .map(study => ({ study, sentence: sentenceOf(study) }))
    .filter(({ sentence }) => sentence !== '')
    .flatMap(({ study: { study, advice }, sentence }) => [
      `- ${markdownText(study)}: ${markdownText(sentence)}`,
      ...(advice === undefined ? [] : [`  - ${markdownText(advice)}`]),
    ]);
  return [
    `### Nightly tuning: ${nightlyHeadline(night)}`,
    '',
    ...markdownTable(columns, rows),
    '',
    ...(said.length > 0 ? [...said, ''] : []),
  ].join('\n');
}

/** Plain lines for a chat, those that need someone first. */
export function nightlyLines(night: Nightly): readonly string[] {
  return night.studies.map(study => {
    const { symbol, word } = statusOf(study);
    const sentence = sentenceOf(study);
    // A verdict's sentence begins with its word.
    const said = study.verdict ? sentence : [word.toLowerCase(), ...(sentence === '' ? [] : [sentence])].join(': ');
    return cut(`${symbol} ${study.study}: ${said}`, 500);
  });
}

export function isRegressed({ verdict }: NightlyStudy): boolean {
  return verdict?.outcome === ('regressed' satisfies Outcome);
}
