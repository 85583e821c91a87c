/** A PostgreSQL cluster as the tests have, but one that keeps what it has been told: fsync is on. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const file = fileURLToPath(new URL('../../test/postgres.ts', import.meta.url));

export async function startCluster() {
  const { module } = await runnerImport(file);
  return module.startPostgres({ settings: { fsync: 'on', full_page_writes: 'on', max_connections: '300' } });
}
