/** Three nodes of which only the record exists: KWOK writes what a kubelet would write. */
const ROOM = { cpu: '32', memory: '64Gi', pods: '110' };
const ZONES = ['zone-a', 'zone-b', 'zone-c'];

export const fakeNodes = ZONES.map((zone, index) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: `node-${index + 1}`,
    labels: {
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': `node-${index + 1}`,
      'kubernetes.io/os': 'linux',
      'topology.kubernetes.io/zone': zone,
    },
  },
  status: { allocatable: ROOM, capacity: ROOM },
}));
