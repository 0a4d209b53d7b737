/**
 * Looks whether an object with code is there, by one HEAD request to S3. Lambda reads the object with the rights of the
 * function that publishes, so this needs no other right than that one: s3:GetObject. An image is not looked at; Lambda
 * finds out when the version is published.
 */
import type { Artifact } from '../domain/deployment/deployment.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import { exchange } from './exchange.ts';
import { signedQuestion } from './signed.ts';

export interface S3Settings {
  readonly region: string;
  /** The address of an emulator, instead of AWS. */
  readonly endpoint?: string | undefined;
}

/** A person waits for the answer, and the publish finds the same problem later. */
const TIMEOUT_MS = 2_000;

type Stored = Extract<Artifact, { s3: object }>['s3'];

export function s3Artifacts(settings: S3Settings): Artifacts {
  return {
    // No other kind of target takes code from S3, which is checked before.
    async findProblem(_target, artifact) {
      if (!('s3' in artifact)) return null;
      return problemFor(await statusOf(settings, artifact.s3), artifact.s3);
    },
  };
}

/** Returns null when S3 gives no answer. */
async function statusOf(
  { region, endpoint }: S3Settings,
  { bucket, key, objectVersion }: Stored,
): Promise<number | null> {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const version = objectVersion === undefined ? '' : `?versionId=${encodeURIComponent(objectVersion)}`;
  const path = `/${bucket}/${key.split('/').map(encoded).join('/')}${version}`;
  const url = new URL(endpoint ?? `https://s3.${region}.${domain}`);
  const address = new URL(`${url.origin}${path}`);
  try {
    const headers = signedQuestion({ service: 's3', region, host: url.host, path, method: 'HEAD' });
    const { status } = await exchange({ method: 'HEAD', url: address, headers, body: '', timeoutMs: TIMEOUT_MS });
    return status;
  } catch {
    return null;
  }
}

/** S3 signs a path in which everything is encoded but letters, digits and these four: - . _ ~ */
function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Without the right to list a bucket, S3 answers 403 for an object that is not there. */
function problemFor(status: number | null, { bucket, key, objectVersion }: Stored): string | null {
  const name = `s3://${bucket}/${key}${objectVersion === undefined ? '' : ` (version ${objectVersion})`}`;
  switch (status) {
    case 403:
      return `${name} is not there, or Slipway may not read it. Upload it into the bucket of the parameter artifactBucket, or correct the name.`;
    case 404:
      return `${name} is not there. Upload it, or correct the name.`;
    case 301:
    case 307:
      return `Bucket ${bucket} is in another region than the function, so Lambda cannot take code from it. Name a bucket of the function's region.`;
    default:
      return null;
  }
}
