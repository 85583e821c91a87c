/**
 * HTML from templates that cannot forget to escape: whatever is put into one is text, unless a template made it.
 * Attributes must stand in double quotes.
 */
import { printable } from '../../text.ts';

const html = Symbol('html');

/** No JSON has a symbol for a key, so nothing read from a file can pass for it. */
export interface Markup {
  readonly [html]: string;
}

/** Nothing is shown of undefined and false; lists are joined. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return trusted(parts.reduce((text, part, index) => text + textOf(contents[index - 1]) + part));
}

/** Text of ours that is HTML already: drawings, styles and scripts. */
export function trusted(text: string): Markup {
  return { [html]: text };
}

export function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string') return escapeText(content);
  if (typeof content === 'number') return String(content);
  return html in content ? content[html] : content.map(textOf).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Control characters are shown as \xNN, but for line breaks, which errors have. */
function escapeText(text: string): string {
  const lines = text.split('\n').map(printable).join('\n');
  return lines.replaceAll(/[&<>"'`]/g, character => entities[character]!);
}

/** JSON for a data block: nothing in it can end the block, or a line of JavaScript. */
export function jsonBlock(id: string, data: unknown): Markup {
  const json = JSON.stringify(data).replaceAll(
    /[<\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return markup`<script type="application/json" id="${id}">${trusted(json)}</script>`;
}
