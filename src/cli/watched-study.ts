/** What `tune watch` does: serves a study's page until Ctrl-C. */
import { once } from 'node:events';
import { messageOf, TuneError } from '../errors.ts';
import { html, livePolicy } from '../report/html/html.ts';
import { markup, textOf } from '../report/html/markup.ts';
import { watchStudy, type Seen } from '../tune/watch-study.ts';
import { openFile } from './open-file.ts';
import { servePage, type PageServer, type PageServerOptions } from './page-server.ts';
import type { Shown } from './shown.ts';
import { say } from './streams.ts';
import type { Studies } from './studies.ts';
import type { WatchOptions } from './watch.ts';

const usualPort = 4747;

/**
 * @param ready is told once it can be seen
 * @throws TuneError STUDY_UNKNOWN, or USAGE where the port cannot be had
 */
export async function watch(
  studies: Studies,
  name: string | undefined,
  { port, open }: WatchOptions,
  ready: (shown: Shown) => void,
): Promise<void> {
  const place = await (name === undefined ? studies.latest() : studies.find(name));
  const look = watchStudy(place, seen => pageOf(place.name, seen));
  const server = await serve(port, { look, policy: livePolicy });
  const { address } = server;
  ready({ lines: [address], data: { study: place.name, address } });
  say(`shows ${place.name}; Ctrl-C ends it, not the study`);
  if (open && !(await openFile(address))) say(`no browser here shows it: open ${address}`);
  await Promise.race(['SIGINT', 'SIGTERM'].map(signal => once(process, signal)));
  await server.close();
}

async function serve(port: number | undefined, options: Omit<PageServerOptions, 'port'>): Promise<PageServer> {
  try {
    return await servePage({ ...options, port: port ?? usualPort });
  } catch (error) {
    if (port === undefined) return servePage({ ...options, port: 0 });
    const hint = '--port 0 takes one that is free';
    throw new TuneError(
      'USAGE',
      { message: `port ${port} cannot be had: ${messageOf(error)}`, hint },
      { cause: error },
    );
  }
}

function pageOf(study: string, seen: Seen): string {
  return 'report' in seen ? html(seen.report, { live: true }) : problemPage(study, messageOf(seen.problem));
}

/** Loads itself again until there is a report; has what a page of one has, which may show it in its place. */
function problemPage(study: string, problem: string): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<meta name="color-scheme" content="light dark">
<title>${study}: no report yet</title>
<link rel="icon" href="data:,">
</head>
<body>
<nav></nav>
<main id="content">
<h1>${study}</h1>
<p>There is no report yet. This page looks again by itself.</p>
<pre>${problem}</pre>
</main>
</body>
</html>
`;
  return textOf(page);
}
