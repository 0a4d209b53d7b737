/** What a kubelet writes into the status of a pod, as templates of KWOK. */

/**
 * The entry of one container. `$item` is its spec, `$before` is its entry until now, and `$start` is the time at which
 * the pod started.
 */
type ContainerTemplate = (ready: boolean) => string;

interface PodStatus {
  readonly phase: 'Pending' | 'Running' | 'Succeeded';
  readonly ready: boolean;
  readonly container: ContainerTemplate;
}

export function podStatus({ phase, ready, container }: PodStatus): { statusTemplate: string } {
  const reason = phase === 'Succeeded' ? 'PodCompleted' : 'ContainersNotReady';
  return {
    statusTemplate: `
{{ $now := Now }}
{{ $root := . }}
{{ $start := or .status.startTime $now }}
conditions:
${condition({ type: 'Initialized', holds: true })}
${condition({ type: 'ContainersReady', holds: ready, reason })}
${condition({ type: 'Ready', holds: ready, reason })}
{{ range .spec.readinessGates }}
- lastTransitionTime: {{ $now | Quote }}
  status: "True"
  type: {{ .conditionType | Quote }}
{{ end }}
containerStatuses:
{{ range $index, $item := .spec.containers }}
{{ $before := dict }}
{{ if $root.status.containerStatuses }}
{{ $before = index $root.status.containerStatuses $index }}
{{ end }}
- name: {{ $item.name | Quote }}
  image: {{ $item.image | Quote }}
  imageID: ""
${container(ready)}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: true
  restartCount: 0
  {{ if eq .restartPolicy "Always" }}
  started: true
  state: { running: { startedAt: {{ $start | Quote }} } }
  {{ else }}
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $start | Quote }}, finishedAt: {{ $start | Quote }} } }
  {{ end }}
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
{{ if not .status.podIP }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
podIP: {{ index . 0 | Quote }}
podIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
{{ end }}
phase: ${phase}
startTime: {{ $start | Quote }}
`,
  };
}

export const running: ContainerTemplate = (ready) => `
  ready: ${ready}
  started: true
  restartCount: {{ or $before.restartCount 0 }}
  state: { running: { startedAt: {{ $start | Quote }} } }`;

export const completed: ContainerTemplate = () => `
  ready: false
  started: false
  restartCount: 0
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $start | Quote }}, finishedAt: {{ $now | Quote }} } }`;

export const crashed: ContainerTemplate = () => `
  ready: false
  started: false
  restartCount: {{ add1 (or $before.restartCount 0) }}
  lastState: { terminated: { exitCode: 1, reason: Error, startedAt: {{ $start | Quote }}, finishedAt: {{ $now | Quote }} } }
  state:
    waiting:
      reason: CrashLoopBackOff
      message: {{ printf "back-off restarting failed container=%s pod=%s" $item.name $root.metadata.name | Quote }}`;

export function notPulled(reason: 'ErrImagePull' | 'ImagePullBackOff'): ContainerTemplate {
  const says =
    reason === 'ErrImagePull' ? 'failed to pull image \\"%s\\": not found' : 'Back-off pulling image \\"%s\\"';
  return () => `
  ready: false
  started: false
  restartCount: 0
  state:
    waiting:
      reason: ${reason}
      message: {{ printf "${says}" $item.image | Quote }}`;
}

/** Only containers whose image contains the word fail; the other containers in the pod run. */
export function failing(word: string, fails: ContainerTemplate): ContainerTemplate {
  return () => `
  {{ if contains "${word}" $item.image }}
${fails(false)}
  {{ else }}
${running(true)}
  {{ end }}`;
}

function condition({ type, holds, reason }: { type: string; holds: boolean; reason?: string }): string {
  return `
- lastTransitionTime: {{ $now | Quote }}
  status: ${holds ? '"True"' : '"False"'}
  type: ${type}
  reason: ${holds || reason === undefined ? '""' : reason}`;
}
