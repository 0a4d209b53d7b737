import { durationInWords, durationMs } from '../../src/domain/duration.ts';

test.each([
  [{ seconds: 30 }, 30_000, '30 seconds'],
  [{ seconds: 1 }, 1_000, '1 second'],
  [{ minutes: 1 }, 60_000, '1 minute'],
  [{ hours: 2 }, 7_200_000, '2 hours'],
])('%j is %i ms, in words %s', (duration, ms, words) => {
  expect(durationMs(duration)).toBe(ms);
  expect(durationInWords(duration)).toBe(words);
});
