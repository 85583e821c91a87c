/** index.html: a row for each study of the night, those that need someone first. Without script, and without network. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chartStyle } from '../charts/colors.ts';
import { left, right } from '../columns.ts';
import { changeOf, nightlyHeadline, sentenceOf, statusOf, type Nightly, type NightlyStudy } from '../nightly.ts';
import { formatDuration, formatNumber } from '../../text.ts';
import { markup, textOf, trusted, type Content } from './markup.ts';
import { table, type Row } from './parts.ts';
import { moment } from './times.ts';
import { trend } from './trend.ts';

/** The page has no contents at its side. */
const style = `${chartStyle}${readFileSync(new URL('./page.css', import.meta.url), 'utf8')}body{display:block}`;
const hash = createHash('sha256').update(style).digest('base64');

export function nightlyIndex(night: Nightly): string {
  const columns = [
    left('study'),
    left('verdict'),
    right('value'),
    right('change'),
    left('nights'),
    right('failed trials'),
    right('time'),
  ];
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${trusted(hash)}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Nightly tuning: ${nightlyHeadline(night)}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<main id="content">
<header>
<p class="kicker">Nightly tuning</p>
<h1>${nightlyHeadline(night)}</h1>
<p class="meta">${moment(night.startedAt)} to ${moment(night.finishedAt)}</p>
</header>
${table({ caption: 'The studies of the night', columns, rows: night.studies.map(rowOf) })}${sentences(night)}</main>
</body>
</html>
`;
  return textOf(page);
}

function rowOf(study: NightlyStudy): Row {
  const { symbol, word } = statusOf(study);
  const { report, metric = '', value, failures, seconds } = study;
  return {
    cells: [
      report === undefined ? study.study : markup`<a href="${encodeURI(report)}">${study.study}</a>`,
      markup`<span aria-hidden="true">${symbol}</span> ${word}`,
      value !== undefined && `${metric} ${formatNumber(value)}`,
      changeOf(study),
      trend(study.trend, metric === '' ? 'value' : metric),
      failures,
      formatDuration(seconds),
    ],
  };
}

function sentences({ studies }: Nightly): Content {
  const said = studies.map(study => ({ ...study, sentence: sentenceOf(study) })).filter(each => each.sentence !== '');
  return (
    said.length > 0 &&
    markup`<section aria-labelledby="why"><h2 id="why">In words</h2>
<dl>
${said.map(({ study, sentence, advice }) => markup`<dt>${study}</dt><dd>${sentence}${advice !== undefined && markup`<br>${advice}`}</dd>\n`)}</dl>
</section>
`
  );
}
