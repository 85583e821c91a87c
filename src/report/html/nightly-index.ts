/** index.html: a row for each study of the night, those that need someone first. Without script, and without network. */
import { left, right } from '../columns.ts';
import { changeOf, nightlyHeadline, sentenceOf, statusOf, type Nightly, type NightlyStudy } from '../nightly.ts';
import { formatDuration, formatNumber } from '../../text.ts';
import { markup, type Content } from './markup.ts';
import { pageStyle, pageText } from './page-text.ts';
import { table, type Row } from './parts.ts';
import { moment } from './times.ts';
import { trend } from './trend.ts';

/** The page has no contents at its side. */
const style = `${pageStyle}body{display:block}`;

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
  const title = nightlyHeadline(night);
  return pageText({
    style,
    scripts: [],
    isLive: false,
    title: `Nightly tuning: ${title}`,
    description: title,
    body: markup`<main id="content">
<header>
<p class="kicker">Nightly tuning</p>
<h1>${title}</h1>
<p class="meta">${moment(night.startedAt)} to ${moment(night.finishedAt)}</p>
</header>
${table({ caption: 'The studies of the night', columns, rows: night.studies.map(rowOf) })}${sentences(night)}</main>
`,
  });
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
