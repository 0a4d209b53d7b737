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
  [415, 'a first order that was repeated said twice what it had cleared of a superseded deployment'],
  [698, 'the result of a rollback on a cluster was recorded twice, and its beginning as news'],
  [794, 'a half-made promotion of a superseded deployment was taken for the stable version'],
  [981, 'a take-back of a superseded deployment was not recorded'],
  [1627, 'an undo died unrecorded, and a rollback to an older version hid it'],
  [1730, 'what a first order had cleared was lost when the order after it overtook it'],
  [2930, 'the judge’s retreat and a rollback that undid the same promotion recorded one move twice'],
  [3150, 'a retreat was written and its machine not started, while the rollout’s own waited for pods'],
  [74, 'a deployment whose opener had died was paused, and nobody started it'],
  [83, 'a rollback of a deployment that nobody had started was answered, and nobody started it then either'],
  [252, 'an alarm turned red after a rollout was opened by a clock that was ahead, and was taken for older than it'],
  [655, 'a repeated rollback was answered with the rollout that had taken the place of the one it took back'],
  [1430, 'the same, asked for by another caller'],
  [8613, 'the same as 3737, with an alarm that something outside had set off'],
];
