/**
 * Handlers that stream their answer: `awslambda.streamifyResponse` marks a handler that writes to a stream and returns
 * nothing. The written parts are joined into one answer, because no caller reads them earlier.
 */
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** AWS's runtime looks for this mark. */
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

export type StreamingHandler = (event: unknown, stream: Writable, context: unknown) => unknown;

interface Metadata {
  readonly statusCode?: number;
  readonly headers?: unknown;
  readonly cookies?: unknown;
}

/** Makes the global that AWS's runtime offers. */
export function offerStreaming(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: object) => Object.assign(handler, { [STREAMING]: 'response' }),
      HttpResponseStream: {
        from: (stream: CollectedStream, metadata: Metadata) => Object.assign(stream, { metadata }),
      },
    },
  });
}

export function isStreaming(handler: object): boolean {
  return (handler as { [STREAMING]?: unknown })[STREAMING] === 'response';
}

type CollectedStream = Writable & { metadata?: Metadata; setContentType?: (type: string) => void };

/** The answer as a caller gets it that reads all of it. */
export async function streamedAnswer(run: (stream: Writable) => unknown): Promise<unknown> {
  const chunks: Buffer[] = [];
  const stream: CollectedStream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  stream.setContentType = (type) => {
    stream.metadata = { ...stream.metadata, headers: { 'content-type': type } };
  };
  const ended = finished(stream);
  await Promise.all([run(stream), ended]);
  const body = Buffer.concat(chunks).toString('utf8');
  return stream.metadata === undefined ? body : { statusCode: 200, ...stream.metadata, body };
}
