/** `slipway explain ID`: the verdicts of a deployment, and the evidence for them. */
import type { Given } from '../arguments/declaration.ts';
import { EXPLAIN } from '../declarations/reading.ts';
import { explanationLines } from '../print/explanation-lines.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';
import { deploymentIdOf } from '../remote/which-deployment.ts';

export function explain(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(EXPLAIN, { args, desk, calls: ['explainDeployment', 'listDeployments'], run: explainDeployment });
}

async function explainDeployment(remote: Remote, { values, words: [word = ''] }: Given<typeof EXPLAIN.options>) {
  const { client, desk } = remote;
  const explanation = await client.explainDeployment({ id: await deploymentIdOf(client, word) });
  const order = { width: desk.width(), now: desk.clock.now(), withPeriods: values.periods };
  remote.show(explanation, (visible) => explanationLines(visible, order));
  return 'good' as const;
}
