/** Text from files (names, values, error messages) inside Markdown: shown as it is, without effect. */
import { printable } from '../text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  $: '&#36;',
};

/** Renders as nothing, but ends what GitHub would read as a mention, an issue number or an address. */
const gap = '&#8203;';

/**
 * Escapes text for the middle of a Markdown line or a table cell: no HTML, links, images, emphasis, code, formulas,
 * @mentions, #123 references or automatic links come from it. Control characters are shown as \xNN.
 */
export function markdownText(text: string): string {
  return printable(text)
    .replaceAll(/[&<>|$]/g, character => entities[character]!)
    .replaceAll(/[\\`*_~[\]]/g, String.raw`\$&`)
    .replaceAll('@', `@${gap}`)
    .replaceAll(/(?<!&)#(?=\d)/g, `#${gap}`)
    .replaceAll(/:(?=\/\/)/g, `:${gap}`)
    .replaceAll(/www(?=\.)/gi, `$&${gap}`)
    .replace(/^(?:[#+=-]+(?=\s|$)|\d+(?=[.)](?:\s|$)))/, marker => gap + marker);
}
