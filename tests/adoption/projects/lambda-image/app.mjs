// What an image for Lambda holds: its CMD is the handler.
import { release } from './release.mjs';

export const handler = async (event) => {
  if (release === 'broken') return { statusCode: 500, body: 'the release is broken' };
  return { statusCode: 200, body: JSON.stringify({ path: event.rawPath, release }) };
};
