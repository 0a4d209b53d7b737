/** The turns: which forward step may make which call to Lambda's control plane. The rules are those of 0001. */
export const controlPlane = {
  version: '0005-control-plane',
  statements: [
    `CREATE TABLE IF NOT EXISTS control_plane_turns (
      at bigint PRIMARY KEY,
      claimant text NOT NULL
    )`,
  ],
};
