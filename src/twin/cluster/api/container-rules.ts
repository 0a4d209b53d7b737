/**
 * What the API server demands of a pod and its containers, in its own words. The types of all fields were checked
 * before.
 */

import { A_PORT, invalidValue, isPort, required } from './field-errors.ts';
import type { Fields } from './plain-data.ts';
import { quantity } from './quantities.ts';
import type { Container, PodSpec } from './workload-objects.ts';

/** `at` is the path of the pod's spec. */
export function podErrors(spec: PodSpec | undefined, at: string): string[] {
  const { containers = [], volumes = [] } = spec ?? {};
  if (containers.length === 0) return [required(`${at}.containers`)];
  const names = new Set(volumes.map(({ name }) => name));
  return containers.flatMap((container, index) =>
    containerErrors(container, { at: `${at}.containers[${index}]`, names }),
  );
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function containerErrors(container: Container, { at, names }: { at: string; names: ReadonlySet<unknown> }): string[] {
  const { name, image, env = [], volumeMounts = [] } = container;
  const why = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'";
  return [
    ...(DNS_LABEL.test(name) ? [] : [invalidValue(`${at}.name`, { value: name, why })]),
    // Kubernetes lets other tools fill in the image of a template. Slipway's Deployments always name it.
    ...(image ? [] : [required(`${at}.image`)]),
    ...env.flatMap((variable, index) => variableErrors(variable, `${at}.env[${index}]`)),
    ...volumeMounts.flatMap((mount, index) =>
      names.has(mount.name) ? [] : [`${at}.volumeMounts[${index}].name: Not found: "${mount.name}"`],
    ),
    ...portErrors(container, at),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
      probeErrors(container[probe], { at: `${at}.${probe}`, container }),
    ),
    ...resourceErrors(container, `${at}.resources`),
  ];
}

function variableErrors(
  { name, value, valueFrom }: { name: string; value?: string; valueFrom?: object },
  at: string,
): string[] {
  const why = "a valid environment variable name must consist only of printable ASCII characters other than '='";
  const both = 'may not be specified when `value` is not empty';
  return [
    ...(/^[ -<>-~]+$/.test(name) ? [] : [invalidValue(`${at}.name`, { value: name, why })]),
    ...(value && valueFrom ? [invalidValue(`${at}.valueFrom`, { value: '', why: both })] : []),
  ];
}

function portErrors({ ports = [] }: Container, at: string): string[] {
  return ports.flatMap(({ containerPort: value, name }, index) => {
    const isTwice = name !== undefined && ports.findIndex((other) => other.name === name) < index;
    return [
      ...(isPort(value) ? [] : [invalidValue(`${at}.ports[${index}].containerPort`, { value, why: A_PORT })]),
      ...(isTwice ? [`${at}.ports[${index}].name: Duplicate value: "${name}"`] : []),
    ];
  });
}

/** A port that is given by name must be a port of the container. Kubernetes finds this mistake only when it probes. */
function probeErrors(probe: unknown, { at, container }: { at: string; container: Container }): string[] {
  if (probe === undefined) return [];
  const { httpGet, tcpSocket, exec, grpc } = probe as Record<string, Fields | undefined>;
  const handlers = { httpGet, tcpSocket, exec, grpc };
  const given = Object.entries(handlers).filter(([, handler]) => handler !== undefined);
  if (given.length === 0) return [`${at}: Required value: must specify a handler type`];
  if (given.length > 1) return [`${at}.${given[1]?.[0]}: Forbidden: may not specify more than 1 handler type`];
  const port = (httpGet ?? tcpSocket)?.port;
  if (port === undefined || isPort(port) || container.ports?.some(({ name }) => name === port)) return [];
  return [invalidValue(`${at}.${given[0]?.[0]}.port`, { value: port, why: A_PORT })];
}

const QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function resourceErrors({ resources: { requests = {}, limits = {} } = {} }: Container, at: string): string[] {
  const bad = Object.entries({ ...requests, ...limits }).filter(([, value]) => (quantity(value) ?? -1) < 0);
  const above = Object.entries(requests).filter(
    ([name, value]) => (quantity(value) ?? 0) > (quantity(limits[name] ?? value) ?? 0),
  );
  return [
    ...bad.map(([name, value]) => invalidValue(`${at}[${name}]`, { value, why: QUANTITY })),
    ...above.map(([name, value]) => {
      const why = `must be less than or equal to ${name} limit of ${limits[name]}`;
      return invalidValue(`${at}.requests`, { value, why });
    }),
  ];
}
