import { rehearsedPipelines } from '../../src/rehearsal/cloud/pipelines.ts';
import { seededRandom } from '../../src/rehearsal/random.ts';
import { virtualScheduler } from '../../src/rehearsal/scheduler.ts';
import { aCodePipeline } from './a-code-pipeline.ts';
import { pipelinesContract } from './cloud-pipelines.ts';

pipelinesContract('the rehearsal cloud', () => {
  const order = {
    scheduler: virtualScheduler({ startAt: 0 }),
    random: seededRandom('contract'),
    send: () => {},
  };
  const { port, runs, shutBecause } = rehearsedPipelines({
    ...order,
    pipeline: { service: 'checkout', act: async () => {} },
  });
  const revisions = () => runs().map(({ revision }) => revision);
  return { pipelines: port, none: rehearsedPipelines(order).port, revisions, shutBecause };
});

pipelinesContract('CodePipeline', aCodePipeline);
