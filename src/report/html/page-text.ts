/** What every HTML file of ours begins and ends with, and the policy that lets nothing run but what it consists of. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chartStyle } from '../charts/colors.ts';
import { markup, textOf, trusted, type Content } from './markup.ts';

export interface Page extends PageCode {
  readonly title: string;
  readonly description: string;
  readonly body: Content;
}

/** What in a page is no content. */
export interface PageCode {
  readonly style: string;
  /** Run after the body is there, in turn. */
  readonly scripts: readonly string[];
  /** Whether they may ask the server that the page came from. */
  readonly isLive: boolean;
}

/** The style of all pages. */
export const pageStyle = `${chartStyle}${assetOf('page.css')}`;

/** Text of a file beside this one. */
export function assetOf(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
}

export function pageText({ title, description, body, ...code }: Page): string {
  return textOf(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(code)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${description}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(code.style)}</style>
</head>
<body>
${body}${code.scripts.map(text => markup`<script>${trusted(text)}</script>\n`)}</body>
</html>
`);
}

/** Content-Security-Policy. */
export function policyOf({ style, scripts, isLive }: PageCode): string {
  return [
    "default-src 'none'",
    ...(scripts.length > 0 ? [`script-src ${scripts.map(hashOf).join(' ')}`] : []),
    `style-src ${hashOf(style)}`,
    'img-src data:',
    ...(isLive ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
