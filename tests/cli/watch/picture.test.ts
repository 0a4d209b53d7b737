import { readFileSync } from 'node:fs';
import { drawnPicture, PICTURE } from '../../../bench/watch-picture.ts';

test('the picture in the README is the screen that the command line draws now', () => {
  // When the screen was changed by intention: node bench/watch-picture.ts --draw
  expect(readFileSync(PICTURE, 'utf8')).toBe(drawnPicture());
});
