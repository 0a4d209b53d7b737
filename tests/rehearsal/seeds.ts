/** Seeds that once found a bug, and what it was. They stay for ever. */
export const REGRESSION_SEEDS: readonly (readonly [seed: number, found: string])[] = [
  [32, 'a promote was accepted by a rollout that an abandoned execution had turned back, and then lost'],
  [210, 'an undo that died between the move and the record, three times, left a promotion that was none'],
  [399, 'a pause was written for an execution that had been stopped'],
  [558, 'PlanRollout brought a superseded deployment back to life: two in flight'],
  [619, 'an undo that met a newer rollout moved the alias and recorded nothing'],
  [661, 'two deliveries of one alarm recorded one move twice; a promote before the publication broke the rollout'],
  [904, 'one alarm took back the rollout in flight and, with it, the good version before'],
  [1576, 'a rollback to a deleted version stayed in flight for ever, and kept the lock'],
  [1676, 'a rollback was refused, because a rollout was opened at the same moment'],
  [1929, 'the same lost undo as 210, with the next rollout already opened from the version before'],
];
