import { rehearsedPipelines } from '../../src/twin/events/pipelines.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import { aCodePipeline } from './a-code-pipeline.ts';
import { OUTPUT, pipelinesContract } from './cloud-pipelines.ts';

pipelinesContract('the rehearsal cloud', () => {
  const order = {
    scheduler: virtualScheduler({ startAt: 0 }),
    random: seededRandom('contract'),
    send: () => {},
  };
  const { port, deliveries, runs, startAction, shutBecause } = rehearsedPipelines({
    ...order,
    pipeline: { service: 'checkout', output: OUTPUT, act: async () => {} },
  });
  const revisions = () => runs().map(({ revision }) => revision);
  const { port: none, deliveries: noDeliveries } = rehearsedPipelines(order);
  return { pipelines: port, none, deliveries, noDeliveries, startAction, revisions, shutBecause };
});

pipelinesContract('CodePipeline', aCodePipeline);
