/**
 * Artifacts in a bucket of S3, or of another server that speaks its language. Credentials and the region come from where the
 * AWS SDK always looks for them, and AWS_ENDPOINT_URL names another server.
 */
import { randomUUID } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { messageOf, TuneError } from '../errors.ts';
import { isDiskFull, storageFailed } from '../storage-failed.ts';
import { segmentsOf } from './key.ts';
import type { ArtifactStore } from './store.ts';
import { streamWhole } from './stream-whole.ts';

/** A part is in memory while it is on its way, so that the SDK can send it again; smaller files are one. */
const partBytes = 16 * 2 ** 20;
/** Of one object, for S3. */
const mostParts = 10_000;

/** Milliseconds; without them a server that says nothing would hold up a worker forever. */
const patience = { connectionTimeout: 10_000, socketTimeout: 60_000 };

/** @throws TuneError USAGE where the AWS SDK is missing */
export async function s3Store(bucket: string, prefix: string): Promise<ArtifactStore> {
  const sdk = await loadSdk();
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] || process.env['AWS_ENDPOINT_URL'];
  const client = new sdk.S3Client({
    requestHandler: patience,
    // Other servers have no host name for each bucket.
    ...(endpoint && { endpoint, forcePathStyle: true }),
  });
  const name = `s3://${[bucket, prefix].filter(Boolean).join('/')}`;
  const placeOf = (key: string) => ({ Bucket: bucket, Key: [prefix, ...segmentsOf(key)].filter(Boolean).join('/') });
  const failed = (key: string, what: string, error: unknown) => s3Failed(`${name}/${key}`, what, error);
  const head: ArtifactStore['has'] = async key => {
    try {
      await client.send(new sdk.HeadObjectCommand(placeOf(key)));
      return true;
    } catch (error) {
      if ((error as Error).name === 'NotFound') return false;
      throw failed(key, 'cannot look for the artifact', error);
    }
  };
  return {
    name,
    has: head,
    async put(key, path) {
      const place = placeOf(key);
      const file = await open(path).catch((error: unknown) => {
        throw storageFailed(path, 'cannot keep this file', error);
      });
      try {
        const { size } = await file.stat();
        if (size > partBytes) await putParts(sdk, client, place, file, size);
        else await client.send(new sdk.PutObjectCommand({ ...place, Body: await bytesOf(file, 0, size) }));
      } catch (error) {
        throw failed(key, 'cannot keep the artifact', error);
      } finally {
        await file.close();
      }
    },
    async get(key, path) {
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand(placeOf(key)));
        await streamWhole(Body as Readable, `${path}.${randomUUID()}`, path);
        return true;
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return false;
        if (isDiskFull(error)) throw storageFailed(path, 'cannot write', error);
        throw failed(key, 'cannot fetch the artifact', error);
      }
    },
    async delete(keys) {
      // One by one: to delete many at once, some servers want what others do not know.
      for (const key of keys)
        await client.send(new sdk.DeleteObjectCommand(placeOf(key))).catch((error: unknown) => {
          throw failed(key, 'cannot delete the artifact', error);
        });
    },
    close() {
      client.destroy();
      return Promise.resolve();
    },
  };
}

type Sdk = typeof import('@aws-sdk/client-s3');

/** Only who keeps artifacts in S3 needs it, so that nobody else installs it. */
async function loadSdk(): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (error) {
    throw new TuneError(
      'USAGE',
      { message: 'the AWS SDK for artifacts in S3 is missing', hint: 'npm install @aws-sdk/client-s3' },
      { cause: error },
    );
  }
}

/** The object is there when all parts are; until then nobody sees any of it. */
async function putParts(
  sdk: Sdk,
  client: S3Client,
  place: { readonly Bucket: string; readonly Key: string },
  file: FileHandle,
  size: number,
): Promise<void> {
  const sum = { ChecksumAlgorithm: 'CRC32' } as const;
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ ...place, ...sum }));
  const upload = { ...place, UploadId };
  try {
    const length = Math.max(partBytes, Math.ceil(size / mostParts));
    const Parts: CompletedPart[] = [];
    for (let start = 0; start < size; start += length) {
      const part = { PartNumber: Parts.length + 1, Body: await bytesOf(file, start, Math.min(length, size - start)) };
      const { ETag, ChecksumCRC32 } = await client.send(new sdk.UploadPartCommand({ ...upload, ...part, ...sum }));
      Parts.push({ PartNumber: part.PartNumber, ETag, ChecksumCRC32 });
    }
    await client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  } catch (error) {
    await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

async function bytesOf(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  if (bytesRead < length) throw new Error('the file became shorter while it was read');
  return buffer;
}

/** By what the SDK calls them. */
const hints: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
  NoSuchBucket: 'make the bucket, or name another one',
  AccessDenied: 'allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket there',
  Forbidden: 'allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket there',
};

/** Without the SDK's own error, which may hold what was signed and sent. */
function s3Failed(file: string, what: string, error: unknown): TuneError {
  const { name, code } = error as NodeJS.ErrnoException;
  // Where several addresses of a server were tried, only the code says why.
  const reason = messageOf(error) || code || name;
  const hint = /region/i.test(reason) ? 'set AWS_REGION' : hints[name];
  return new TuneError('STORAGE_FAILED', {
    message: `${what}: ${reason}`,
    where: { file },
    ...(hint !== undefined && { hint }),
  });
}
