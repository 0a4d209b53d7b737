/** What a plan needs, whichever kind of target it is for. */
import type { Traffic } from '../../../ports/traffic.ts';
import type { PublishOutboxPorts } from '../../steps/publish-outbox.ts';
import type { WaitOutPorts } from '../../steps/wait-out.ts';

export interface PlanPorts extends PublishOutboxPorts, WaitOutPorts {
  readonly traffic: Traffic;
}
