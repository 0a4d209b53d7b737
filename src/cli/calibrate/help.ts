/** What `slipway calibrate --help` says. */
export const CALIBRATE_HELP = `Usage: slipway calibrate slipway.yml [OPTIONS]

Proposes weights, bakes and a judge that keep what you ask, as YAML to paste into slipway.yml, and checks them by whole
rollouts on a fresh seed; or says that nothing can keep it, and why. The service is a model: rehearsal.model in
slipway.yml, or what CloudWatch recorded of it.

  --false-rollback P%   At most so many healthy versions are taken back; 1%
  --detect Nx           The harm to catch: so many times the errors, or latency=1.5x; repeatable; 2x
  --power P%            At least so many versions with that harm are taken back before they have all calls; 95%
  --within TIME         The longest that a whole rollout may take: 45m, 2h; nine tenths of the deadline
  --start-at P%         The first weight is at most that; 50%
  --from-metrics FILE   The model from what CloudWatch recorded: see slipway rehearse --help
  --seed WORD           The same seed gives the same bytes; slipway
  --runs N              Rollouts of each kind by which a proposal is measured; 2000
  --check-runs N        Whole rollouts of each kind by which it is checked; 1000
  --workers N           Threads for the check; as many as processors
  --json                Everything as JSON

Exit codes: 0 a proposal that kept its promise in the check, 1 one that did not, 2 nothing can keep it.`;
