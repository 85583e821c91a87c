/** Opens the place that a user names for artifacts: a folder, or a bucket. */
import { TuneError } from '../errors.ts';
import { folderStore } from './folder-store.ts';
import { s3Store } from './s3-store.ts';
import type { ArtifactStore } from './store.ts';

const s3Address = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/*(\w[\w.-]*(?:\/\w[\w.-]*)*)?\/*$/;

/**
 * @param address path of a folder, or s3://bucket/prefix
 * @throws TuneError USAGE for other addresses, STORAGE_FAILED where the folder cannot be used
 */
export async function openArtifacts(address: string): Promise<ArtifactStore> {
  const [scheme] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address) ?? [];
  if (scheme === undefined && address !== '') return folderStore(address);
  const [, bucket, prefix = ''] = s3Address.exec(address) ?? [];
  if (bucket !== undefined) return s3Store(bucket, prefix);
  // The rest of an address may hold a password.
  throw new TuneError('USAGE', {
    message: `${scheme === undefined ? 'an empty text' : `an address that begins with "${scheme}"`} does not say where artifacts are kept`,
    expected: 'the path of a folder, or s3://bucket/prefix',
    hint: 'credentials come from the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
  });
}
