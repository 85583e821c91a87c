/** Moments as people read them; always in UTC, so that a page is the same wherever it is made. */
import { markup, type Markup } from '../html/markup.ts';

/** "2026-03-04 05:06 UTC" */
export function moment(iso: string): Markup {
  return markup`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** "2026-03-04" */
export function day(iso: string): Markup {
  return markup`<time datetime="${iso}">${iso.slice(0, 10)}</time>`;
}
