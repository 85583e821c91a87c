/**
 * Serves one page on this machine alone, and tells those who look at it when there is a new one (server-sent events,
 * https://html.spec.whatwg.org/multipage/server-sent-events.html). Reads only: there is nothing to send here. Pages of
 * other sites get nothing: neither by a name of theirs that leads here (DNS rebinding), nor by a request across sites.
 */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { toJsonText } from '../report/json.ts';
import type { View } from '../tune/watch-study.ts';

export interface PageServer {
  /** "http://127.0.0.1:4747/" */
  readonly address: string;
  close(): Promise<void>;
}

export interface PageServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** The present view; the same object while nothing is new. */
  readonly look: () => Promise<View>;
  /** Content-Security-Policy of the page. */
  readonly policy: string;
}

const host = '127.0.0.1';
/** Names of this machine that no other site can have. */
const ownNames = ['127.0.0.1', 'localhost', '[::1]'];

/** Milliseconds between two looks for those who wait for news, and between two signs of life. */
const [lookEvery, beatEvery] = [500, 15_000];

/** @throws the error of the system where the port cannot be had */
export async function servePage({ port, look, policy }: PageServerOptions): Promise<PageServer> {
  /** Who waits for news, and what each was told of last. */
  const listeners = new Map<ServerResponse, View | undefined>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const resource = resourceOf(request, portOf(server));
    const isHead = request.method === 'HEAD';
    const send = (status: number, type: string, text: string, headers: OutgoingHttpHeaders = {}): void => {
      response.writeHead(status, { ...guards(policy), ...headers, 'content-type': `${type}; charset=utf-8` });
      response.end(isHead ? undefined : text);
    };
    if (typeof resource === 'object') return send(resource.status, 'text/plain', resource.text, resource.headers);
    if (resource === 'events') {
      if (isHead) return send(200, 'text/event-stream', '');
      response.writeHead(200, { ...guards(policy), 'content-type': 'text/event-stream' }).flushHeaders();
      listeners.set(response, undefined);
      response.on('close', () => listeners.delete(response));
      return;
    }
    const view = await look();
    if (resource === 'page') return send(200, 'text/html', view.page);
    if ('report' in view) return send(200, 'application/json', toJsonText(view.report));
    return send(404, 'text/plain', 'there is no report yet\n');
  };

  const tellNews = async (): Promise<void> => {
    if (listeners.size === 0) return;
    const view = await look();
    for (const [response, told] of listeners) {
      if (told !== view) response.write('data: new\n\n');
      listeners.set(response, view);
    }
  };
  await listen(server, port);
  const timers = [
    setInterval(() => void tellNews().catch(() => undefined), lookEvery),
    setInterval(() => listeners.forEach((_, response) => response.write(': here\n\n')), beatEvery),
  ];
  return {
    address: `http://${host}:${portOf(server)}/`,
    async close() {
      timers.forEach(clearInterval);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const resources = { '/': 'page', '/report.json': 'report', '/events': 'events' } as const;

interface Refusal {
  readonly status: 403 | 404 | 405;
  readonly text: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** What a request is for. */
export function resourceOf(
  { method, url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  port: number,
): (typeof resources)[keyof typeof resources] | Refusal {
  if (!ownNames.some(name => headers.host === `${name}:${port}`))
    return { status: 403, text: 'this page is for browsers of this machine, under its own name\n' };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, text: 'this page can only be read\n', headers: { allow: 'GET, HEAD' } };
  const path = url.replace(/\?.*/s, '');
  return isResource(path) ? resources[path] : { status: 404, text: 'there is nothing here\n' };
}

function isResource(path: string): path is keyof typeof resources {
  return Object.hasOwn(resources, path);
}

function guards(policy: string): OutgoingHttpHeaders {
  return {
    'content-security-policy': `${policy}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
