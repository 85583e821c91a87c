/** A server that speaks S3, of this machine: moto, which TUNE_MOTO_PYTHON can import, or else python3. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll } from 'vitest';

const python = process.env['TUNE_MOTO_PYTHON'] ?? 'python3';

/** For describe.skipIf. */
export const lacksMoto = spawnSync(python, ['-c', 'import moto.server'], { stdio: 'ignore' }).status !== 0;
if (lacksMoto)
  console.warn(`tests on S3 are skipped: ${python} has no moto[server] (TUNE_MOTO_PYTHON may name another)`);

export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param loud receives what the server says of each request */
export async function startMoto(loud: (line: string) => void = () => undefined): Promise<Moto> {
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], MOTO_S3_CUSTOM_ENDPOINTS: '' },
  });
  const ended = once(server, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    const said: string[] = [];
    createInterface({ input: server.stderr }).on('line', line => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
      said.push(line);
      loud(line);
    });
    void ended.then(() => reject(new Error(`moto did not start: ${said.join('\n')}`)));
  });
  return {
    url,
    async stop() {
      server.kill('SIGKILL');
      await ended;
    },
  };
}

/** The environment of who uses such a server; its buckets are made by a PUT. */
export function s3Environment(url: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIATESTONLY',
    AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
    // Nothing of whoever runs the tests.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** A server for the tests of a file, with a bucket "tune"; the environment leads there. */
export function useMoto(): { readonly url: string } {
  let moto: Moto | undefined;
  beforeAll(async () => {
    moto = await startMoto();
    Object.assign(process.env, s3Environment(moto.url));
    await fetch(`${moto.url}/tune`, { method: 'PUT' });
  });
  afterAll(() => moto?.stop());
  return {
    get url() {
      return moto!.url;
    },
  };
}
