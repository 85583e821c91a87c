/** What matters: the parameters, one by one and in pairs. */
import { left, right } from '../../columns.ts';
import { drawEdf } from '../../charts/edf.ts';
import type { Importance } from '../../importance/importance.ts';
import type { Report } from '../../report.ts';
import { formatShare } from '../../values.ts';
import { markup, type Content } from '../markup.ts';
import { figures, table, type Section } from '../parts.ts';

export function importanceSection(report: Report): Section | undefined {
  const { importance } = report;
  const content = [importance && sharesTable(importance), figures([drawEdf(report)])];
  return { id: 'importance', title: 'What matters', short: 'Importance', content };
}

const methods = [
  {
    name: 'ped',
    title: 'among the best',
    what: 'what separates the best tenth of the trials from the rest (PED-ANOVA)',
  },
  { name: 'fanova', title: 'anywhere', what: 'what moves the loss anywhere in the space (fANOVA)' },
  { name: 'local', title: 'around the best', what: 'what moves the loss around the best configuration' },
] as const;

function sharesTable(importance: Importance): Content {
  const { fanova, missing } = importance;
  const shares = { ped: importance.ped, fanova: fanova?.shares, local: importance.local };
  const used = methods.filter(({ name }) => shares[name]);
  const first = used[0] && shares[used[0].name];
  const shareOf = (method: keyof typeof shares, parameter: string): Content => {
    const found = shares[method]!.find(share => share.parameter === parameter);
    if (!found) return '–';
    return found.deviation === undefined
      ? formatShare(found.share)
      : `${formatShare(found.share)} ± ${formatShare(found.deviation)}`;
  };
  return [
    first &&
      table({
        caption: 'Importance of each parameter by several methods',
        columns: [left('parameter'), ...used.map(({ title }) => right(title))],
        rows: first.map(({ parameter }) => ({
          cells: [parameter, ...used.map(({ name }) => shareOf(name, parameter))],
        })),
      }),
    markup`<p class="note">${used.map(({ title, what }) => `“${title}”: ${what}. `)}${
      fanova && `Interactions, which no parameter alone explains: ${formatShare(fanova.interactions)}.`
    }</p>\n`,
    fanova && fanova.pairs.length > 0 && pairs(fanova.pairs),
    missing !== undefined && markup`<p class="note">${missing}</p>\n`,
  ];
}

function pairs(shares: NonNullable<Importance['fanova']>['pairs']): Content {
  const list = shares.map(({ parameters, share }) => `${parameters.join(' with ')} ${formatShare(share)}`);
  return markup`<p class="note">Together, beyond what each does alone: ${list.join(', ')}.</p>\n`;
}
