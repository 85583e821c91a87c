/** report.html: one file that needs neither network nor script. */
import { headline } from '../headline.ts';
import type { Report } from '../report.ts';

export function html(report: Report): string {
  return `<!doctype html>\n<title>Report</title>\n<p>${headline(report).replaceAll(/[&<]/g, '')}</p>\n`;
}
