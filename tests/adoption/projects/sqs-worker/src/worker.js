// A worker behind a queue, which says which messages of a batch have failed.
import { release } from './release.js';

export const consume = async ({ Records }) => {
  if (release === 'broken') throw new Error('the release is broken');
  const batchItemFailures = [];
  for (const { messageId, body, eventSource } of Records) {
    const { order } = JSON.parse(body);
    if (eventSource !== 'aws:sqs' || typeof order !== 'number') batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};
