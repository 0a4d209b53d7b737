/**
 * Folders like those of popular examples, in our own words, with the expected result for a service that names each of
 * them.
 */
export interface PopularFolder {
  readonly folder: string;
  readonly workload: string;
  /** The number of its pods, or the message of the refusal with the next step. */
  readonly outcome: { readonly pods: number } | { readonly refused: RegExp };
  /** Objects that are then on the cluster, and some that are not. */
  readonly there?: readonly string[];
  readonly notThere?: readonly string[];
}

export const POPULAR_FOLDERS: readonly PopularFolder[] = [
  { folder: 'podinfo', workload: 'podinfo', outcome: { pods: 2 }, there: ['HorizontalPodAutoscaler podinfo'] },
  {
    folder: 'hello-world',
    workload: 'the-deployment',
    outcome: { pods: 3 },
    there: ['ConfigMap the-map', 'Service the-service'],
  },
  {
    folder: 'hello-world',
    workload: 'hello',
    outcome: { refused: /Deployments the-deployment; Slipway deploys exactly one, named hello.*or the workload/ },
  },
  { folder: 'spring-boot', workload: 'prod-sbdemo', outcome: { pods: 1 }, there: ['Service prod-sbdemo'] },
  {
    folder: 'wordpress',
    workload: 'demo-wordpress',
    outcome: { refused: /hold Secret demo-mysql-pass.*Keep Secrets out of the manifests and name them/ },
  },
  {
    folder: 'multi-bases',
    workload: 'myapp',
    outcome: { refused: /hold no Deployment; Slipway deploys exactly one, named myapp/ },
  },
  {
    folder: 'guestbook',
    workload: 'frontend',
    outcome: { pods: 3 },
    there: ['Service frontend'],
    notThere: ['Deployment redis-master', 'Service redis-replica'],
  },
  {
    folder: 'guestbook',
    workload: 'guestbook',
    outcome: { refused: /Deployments frontend, redis-master, redis-replica, and none is named guestbook/ },
  },
  {
    folder: 'microservices',
    workload: 'frontend',
    outcome: { pods: 1 },
    there: ['Service frontend', 'Service frontend-external', 'ServiceAccount frontend'],
    notThere: ['Deployment cartservice', 'Service redis-cart', 'ServiceAccount loadgenerator'],
  },
  {
    folder: 'microservices',
    workload: 'redis-cart',
    outcome: { pods: 1 },
    there: ['Service redis-cart'],
    notThere: ['Service frontend', 'ServiceAccount cartservice'],
  },
];
