/** One connection that hears what others notify, and finds out when it has gone deaf. */
import { Client, escapeIdentifier, type ClientConfig } from 'pg';

export interface Listener {
  listen(channel: string, listener: (payload: string) => void): Promise<() => void>;
  close(): Promise<void>;
}

/** Milliseconds between two looks at whether the connection still is one. */
const pulse = 2000;

/** @param persist tries again while the server is away */
export function createListener(config: ClientConfig, persist: <T>(task: () => Promise<T>) => Promise<T>): Listener {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  let client: Promise<Client> | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One statement after the other, as a connection wants it. */
  const ask = (client: Client, text: string): Promise<unknown> =>
    (last = last.catch(() => undefined).then(() => client.query(text)));
  const begin = async (): Promise<Client> => {
    const fresh = new Client(config);
    fresh.on('error', () => undefined);
    fresh.on('notification', ({ channel, payload = '' }) => {
      for (const listener of listeners.get(channel) ?? []) listener(payload);
    });
    try {
      await fresh.connect();
      for (const channel of listeners.keys()) await ask(fresh, `LISTEN ${escapeIdentifier(channel)}`);
    } catch (error) {
      void fresh.end().catch(() => undefined);
      throw error;
    }
    return fresh;
  };
  const connect = (): Promise<Client> => (client ??= persist(begin));
  const beat = async (): Promise<void> => {
    const present = await client?.catch(() => undefined);
    try {
      if (!present) throw new Error('there is no connection');
      await ask(present, 'SELECT 1');
    } catch {
      void present?.end().catch(() => undefined);
      if (isClosed) return;
      client = undefined;
      await connect().catch(() => undefined);
      // Nobody knows what was said meanwhile.
      for (const each of [...listeners.values()].flatMap(set => [...set])) each('');
    }
  };
  const keepAlive = (): void => {
    timer = setTimeout(() => void beat().finally(() => (isClosed ? undefined : keepAlive())), pulse).unref();
  };

  return {
    async listen(channel, listener) {
      const others = listeners.get(channel);
      if (others) others.add(listener);
      else {
        listeners.set(channel, new Set([listener]));
        // One that is new listens to all of them.
        const present = await connect();
        await ask(present, `LISTEN ${escapeIdentifier(channel)}`).catch(() => undefined);
        if (timer === undefined) keepAlive();
      }
      return () => void listeners.get(channel)?.delete(listener);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await (await client?.catch(() => undefined))?.end().catch(() => undefined);
    },
  };
}
