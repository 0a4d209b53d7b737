import { withImage } from '../../src/domain/workload/workload-container.ts';
import { aDeploymentObject, aService } from './a-workload.ts';

interface Order {
  readonly containers: readonly object[];
  readonly container?: string;
  readonly image?: string;
}

function imagesAfter({ containers, container, image = 'shop.example:5000/orders:2' }: Order) {
  const objects = [aService(), aDeploymentObject({ containers })];
  const changed = withImage(objects, { workload: 'orders', image, container });
  expect(changed[0]).toEqual(aService());
  const { spec } = changed[1] as unknown as {
    spec: { template: { spec: { containers: readonly { name: string; image: string }[] } } };
  };
  return Object.fromEntries(spec.template.spec.containers.map(({ name, image: is }) => [name, is]));
}

const NEW = 'shop.example:5000/orders:2';
const proxy = { name: 'proxy', image: 'envoy:1' };

test('the image goes into the only container, whatever its name', () => {
  expect(imagesAfter({ containers: [{ name: 'web', image: 'old' }] })).toEqual({ web: NEW });
});

test.each(['app', 'orders'])('the image goes into the container %s beside others', (name) => {
  expect(imagesAfter({ containers: [proxy, { name, image: 'old' }] })).toEqual({ proxy: 'envoy:1', [name]: NEW });
});

test.each([
  ['has another tag', 'shop.example:5000/orders:1'],
  ['has no tag', 'shop.example:5000/orders'],
  ['is named by its digest', 'shop.example:5000/orders@sha256:0123'],
  ['has a tag and a digest', 'shop.example:5000/orders:1@sha256:0123'],
])('the image goes into the one container whose image is of the same repository and %s', (_what, image) => {
  expect(imagesAfter({ containers: [proxy, { name: 'web', image }] })).toEqual({ proxy: 'envoy:1', web: NEW });
});

test('the image goes into the container that the target names, whatever the names of the others', () => {
  const containers = [
    { name: 'app', image: 'shop.example:5000/orders:1' },
    { name: 'server', image: 'old' },
  ];
  expect(imagesAfter({ containers, container: 'server' })).toEqual({ app: 'shop.example:5000/orders:1', server: NEW });
});

test.each<[string, Order, RegExp]>([
  [
    'two containers that are neither named like the workload nor of its repository',
    { containers: [{ name: 'web', image: 'other:1' }, proxy] },
    /Deployment orders has the containers web, proxy, none of them named app or orders, and none with an image of shop.example:5000\/orders. Name the one whose image changes as manifests.container of the target/,
  ],
  [
    'two containers of the same repository',
    {
      containers: [
        { name: 'web', image: 'shop.example:5000/orders:1' },
        { name: 'worker', image: 'shop.example:5000/orders:1' },
      ],
    },
    /none of them named app or orders, and several with an image of shop.example:5000\/orders/,
  ],
  ['no container', { containers: [] }, /Deployment orders has no containers/],
  [
    'a name that no container has',
    { containers: [{ name: 'web', image: 'old' }], container: 'server' },
    /Deployment orders has no container server, which the target names; it has the containers web. Correct manifests.container/,
  ],
])('the image is refused when %s leave open which container it is for', (_what, order, message) => {
  expect(() => imagesAfter(order)).toThrow(
    expect.objectContaining({ name: 'InvalidRequest', message: expect.stringMatching(message) }),
  );
});
