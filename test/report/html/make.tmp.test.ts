import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { html } from '../../../src/report/html/html.ts';
import { fullReport } from './full-report.ts';
import { hostile } from './hostile-report.ts';
test('make', () => {
  for (const n of [8, 200, 1000, 2000]) {
    const r = fullReport(n);
    const t = performance.now();
    const h = html(r);
    process.stderr.write(`${n}: ${h.length} chars ${(performance.now() - t).toFixed(0)} ms\n`);
    writeFileSync(`/tmp/page-${n}.html`, h);
    if (n === 8) writeFileSync(`/tmp/page-x.html`, html(hostile(r, 'x')));
  }
});
