import { durationInWords, durationMs, durationOf } from '../../src/domain/duration.ts';

test.each([
  [{ seconds: 30 }, 30_000, '30 seconds'],
  [{ seconds: 1 }, 1_000, '1 second'],
  [{ minutes: 1 }, 60_000, '1 minute'],
  [{ hours: 2 }, 7_200_000, '2 hours'],
])('%j is %i ms, in words %s', (duration, ms, words) => {
  expect(durationMs(duration)).toBe(ms);
  expect(durationInWords(duration)).toBe(words);
});

test.each([
  [30_000, { seconds: 30 }],
  [29_001, { seconds: 30 }],
  [90_000, { seconds: 90 }],
  [120_000, { minutes: 2 }],
  [7_200_000, { hours: 2 }],
])('%i ms are %j, in the largest unit that gives a whole number', (ms, duration) => {
  expect(durationOf(ms)).toEqual(duration);
});
