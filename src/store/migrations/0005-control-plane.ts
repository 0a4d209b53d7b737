/** Which forward step may make which call of Lambda's control plane. The same rules as in 0001. */
export const controlPlane = {
  version: '0005-control-plane',
  statements: [
    `CREATE TABLE IF NOT EXISTS control_plane_turns (
      at bigint PRIMARY KEY,
      claimant text NOT NULL
    )`,
  ],
};
