/** Whether models fit too much or too little, by the curves of the best trials and a typical bad one. */
import { adviceFor } from '../../../train/advice.ts';
import type { CurveClass } from '../../../train/curve-class.ts';
import { drawCurves } from '../../charts/curves.ts';
import { left, right } from '../../columns.ts';
import type { Report } from '../../report.ts';
import { curvesSection } from '../../sections/curves.ts';
import { fromMarkdown } from '../from-markdown.ts';
import { markup, type Content } from '../markup.ts';
import { figures, table, type Section } from '../parts.ts';

export function fitSection(report: Report): Section {
  const content = [classTable(report), figures([drawCurves(report)]), fromMarkdown(curvesSection(report))];
  return { id: 'fit', title: 'Over- and underfitting', short: 'Fit', content };
}

/** Each class that any trial has, with what to do about it; that of the best trials first. */
function classTable({ trials, top, typicalBad }: Report): Content {
  const members = new Map<CurveClass, number[]>();
  for (const { trial, curveClass } of trials)
    if (curveClass) members.set(curveClass, [...(members.get(curveClass) ?? []), trial]);
  if (members.size === 0) return undefined;
  const isTop = new Set(top);
  const rows = [...members]
    .map(([name, numbers]) => ({
      name,
      count: numbers.length,
      best: numbers.filter(trial => isTop.has(trial)),
      numbers,
    }))
    .toSorted((a, b) => b.best.length - a.best.length || b.count - a.count)
    .map(({ name, count, best, numbers }) => ({
      cells: [
        markup`<span class="class ${name}">${name}</span>`,
        count,
        best.length === 0 ? '–' : top.filter(trial => best.includes(trial)).join(', '),
        [adviceFor[name].text, numbers.includes(typicalBad ?? -1) && ` So is trial ${typicalBad}, a typical bad one.`],
      ],
    }));
  return table({
    caption: 'Classes of learning curves',
    columns: [left('curve'), right('trials'), left('of the best ten'), left('what to do')],
    rows,
  });
}
