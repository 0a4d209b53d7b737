/**
 * Seeds that once found a bug, and what it was. They stay for ever; when scenario.ts draws differently they become other
 * stories, and new ones are added beside them.
 */
export const REGRESSION_SEEDS: readonly (readonly [seed: number, found: string])[] = [
  [49, 'two deliveries of one alarm took back a shift whose author had not recorded it, and recorded one move twice'],
  [69, 'a superseded rollout still made its first shift, under the lock of the one that took its place'],
  [135, 'an undo died after its move, at the end of the watch, and nobody recorded the move'],
  [725, 'the same late shift as in 69, in mid-supersede'],
  [1453, 'a supersede that died after its move left the record of it to a way back that never came'],
  [1463, 'a rollback was refused because the one that it asked for was under way already'],
  [3737, 'a rollback was opened at 100 % just after an alarm’s undo had recorded 0'],
  [4926, 'an alarm’s undo and a rollback that a person had asked for recorded one move twice'],
  [8613, 'the same as 3737, with an alarm that something outside had set off'],
];
