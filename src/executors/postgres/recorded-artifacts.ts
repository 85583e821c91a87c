/** What the database says of files in the store of artifacts. Only who holds the claim on a trial records files of it. */
import type { Asked } from '../../storage/postgres/database.ts';
import type { Held } from './claims.ts';

export interface NewArtifact {
  readonly name: string;
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** @returns the keys in the store that nobody needs any more: of what it takes the place of, or its own where it is refused */
export async function recordArtifact(
  { query }: Asked,
  { study, number, attempt }: Held,
  { name, key, bytes, sha256 }: NewArtifact,
): Promise<readonly string[]> {
  const [row] = await query<{ former: string | null; isKept: boolean }>(
    `WITH held AS (
       SELECT FROM tune.trial WHERE study = $1 AND number = $2 AND attempt = $3 AND state = 'running' FOR SHARE
     ), former AS (
       SELECT key FROM tune.artifact WHERE study = $1 AND number = $2 AND name = $4
     ), kept AS (
       INSERT INTO tune.artifact (study, number, attempt, name, key, bytes, sha256)
       SELECT $1, $2, $3, $4, $5, $6, $7 FROM held
       ON CONFLICT (study, number, name) DO UPDATE
         SET attempt = excluded.attempt, key = excluded.key, bytes = excluded.bytes, sha256 = excluded.sha256
       RETURNING key
     )
     SELECT (SELECT key FROM former) AS former, EXISTS (SELECT FROM kept) AS "isKept"`,
    [study, number, attempt, name, key, bytes, sha256],
  );
  const { former, isKept } = row!;
  if (former === key) return [];
  return isKept ? (former === null ? [] : [former]) : [key];
}
