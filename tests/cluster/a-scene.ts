/** An own namespace with a whole Slipway on it, for all tests of a file. */
import { aNamespace, type Namespace } from './a-namespace.ts';
import { aSlipway, type ServiceOrder, type Slipway, type SlipwayOrder } from './a-slipway.ts';

export const ONE = 'nginx:1.28';
export const TWO = 'nginx:1.29';

export interface SceneOrder extends Pick<SlipwayOrder, 'manifestsRoot'> {
  /** Labels of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The default is the strictest level of Pod Security. */
export function aScene({ labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }, ...order }: SceneOrder = {}) {
  let namespace: Namespace;
  let slipway: Slipway;
  beforeAll(async () => {
    namespace = await aNamespace(labels);
    slipway = await aSlipway({ ...order, namespace });
  });
  afterAll(async () => {
    await slipway.close();
    await namespace.remove();
  });
  return {
    get namespace() {
      return namespace;
    },
    get slipway() {
      return slipway;
    },
    /** Registers the service, and deploys its first version. */
    async first(service: ServiceOrder): Promise<void> {
      await slipway.register(service);
      const { status, because } = await slipway.ended(await slipway.deploy(service.name, ONE));
      expect([status, because]).toEqual(['promoted', expect.stringContaining('got all the traffic')]);
    },
  };
}
