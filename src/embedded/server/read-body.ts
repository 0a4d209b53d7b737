/** Reads a request's body, and never keeps more of it than the limit. */
import type { IncomingMessage } from 'node:http';

const KEPT_BYTES_MAX = 1_024 * 1_024;
/**
 * This much of a refused body is still read and dropped, because a client reads the answer only after it has sent its
 * body.
 */
const DROPPED_BYTES_MAX = 16 * 1_024 * 1_024;

export async function readBody(request: IncomingMessage): Promise<Buffer | 'tooLarge'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= KEPT_BYTES_MAX) chunks.push(chunk);
    else if (bytes > DROPPED_BYTES_MAX) break;
    else chunks.length = 0;
  }
  return bytes > KEPT_BYTES_MAX ? 'tooLarge' : Buffer.concat(chunks);
}
