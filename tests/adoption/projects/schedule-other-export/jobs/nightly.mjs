// A job that a schedule starts, with an export of its own name below another one.
import { release } from './release.mjs';

export const jobs = {
  async clean(event) {
    if (event['detail-type'] !== 'Scheduled Event') throw new Error(`This is ${event['detail-type']}, and no schedule`);
    if (release === 'broken') throw new Error('the release is broken');
    return { cleanedUntil: event.time, release };
  },
};
