/** What the publication of a version needs, whichever kind of target it is for. */
import type { Versions } from '../../../ports/versions.ts';
import type { WaitOutPorts } from '../../steps/wait-out.ts';

export interface PublishPorts extends WaitOutPorts {
  readonly versions: Versions;
}
