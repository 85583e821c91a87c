/** What `tune workers` says: one line for each of them. */
import { left, right, textTable } from '../report/columns.ts';
import { workersInDatabase, type Worker } from '../storage/postgres/workers.ts';
import { printable } from '../text.ts';
import type { Shown } from './shown.ts';
import { withTables } from './with-database.ts';

export function showWorkers(address: string): Promise<Shown> {
  return withTables(address, async database => {
    const workers = await workersInDatabase(database);
    const columns = [
      left('worker'),
      left('state'),
      right('trials'),
      right('slots'),
      left('tags'),
      right('memory'),
      left('since (UTC)'),
    ];
    return {
      lines:
        workers.length > 0
          ? textTable(columns, workers.map(rowOf))
          : [`no workers in ${database.shown}; \`tune worker\` starts one`],
      data: { workers },
    };
  });
}

function rowOf({ name, state, trials, slots, tags, memory, since }: Worker): string[] {
  return [
    printable(name),
    state,
    String(trials),
    String(slots),
    printable(tags.join(', ')),
    memory === null ? '' : `${memory} MB`,
    since.slice(0, 16).replace('T', ' '),
  ];
}
