import { unseen } from './stories.ts';

test('the seeds show each change that other tools make to workloads', async () => {
  const wanted = {
    'all pods of stable lose their readiness for good': /(\d+) of \1 stable pods of \w+ lose their readiness for good/,
    'all pods of a canary lose their readiness': /(\d+) of \1 canary pods of \w+ lose their readiness/,
    'a version is deleted': /a cleaner deletes slipway-\w+-v/,
    'a record is deleted': /a cleaner deletes .*slipway-(orders|stock)(,|$)/,
    'a namespace takes no more pods': /namespace \w+ takes \d+ pods at the most/,
    'a pod is refused by the quota': /TaskFailed .*exceeded quota/,
    'no node takes a pod': /no node takes a pod/,
    'a pod finds no room': /TaskFailed .*finds no room/,
    'an autoscaler scales': /the autoscaler gives \w+ \d+ pods/,
    'the platform has an autoscaler': /the platform has an autoscaler/,
    'somebody scales stable to nothing': /somebody scales (\w+) to 0 \(\1\)/,
    'somebody scales a canary': /somebody scales \w+-canary to/,
    'somebody sets an image': /somebody sets the image/,
    'somebody edits the weights of an HTTPRoute': /somebody gives the canary of \w+ \d+ % in HTTPRoute/,
    'somebody edits the weights of an Ingress': /somebody gives the canary of \w+ \d+ % in Ingress/,
    'somebody edits a selector': /somebody has the Service of \w+ select/,
    'somebody deletes a canary': /somebody deletes the canary/,
    'a service is deployed to at the end': /deploy good:last-\w+ to \w+ at the end: 202/,
    'a service takes a hotfix at the end': /deploy good:last-\w+ to \w+ at the end, as a hotfix: 202/,
  };
  expect(await unseen(new Map(Object.entries(wanted)))).toEqual([]);
});

test('the seeds show a service that changes from each kind of route to each other kind', async () => {
  const routes = ['rolling', 'replicas', 'blueGreen', 'httpRoute', 'albIngress'];
  const pairs = routes.flatMap((from) => routes.filter((to) => to !== from).map((to) => ({ from, to })));
  const wanted = pairs.map(({ from, to }): [string, RegExp] => [
    `${from} to ${to}`,
    new RegExp(`has the route ${to} from now on, and had ${from}`),
  ]);
  expect(await unseen(new Map(wanted))).toEqual([]);
});
