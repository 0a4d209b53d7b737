/** What the API server demands of a Service, in its own words. */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { A_PORT, invalidValue, isPort, required, unsupported } from './field-errors.ts';
import { type Fields, isMap } from './plain-data.ts';
import { addressErrors, hasNodePorts } from './service-addresses.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

export function serviceErrors({ spec: given }: ClusterObject, was: ClusterObject | undefined): string[] {
  const spec = isMap(given) ? given : {};
  const { type, externalName, sessionAffinity } = spec;
  return [
    ...unsupported('spec.type', { value: type, supported: TYPES }),
    ...unsupported('spec.sessionAffinity', { value: sessionAffinity, supported: ['ClientIP', 'None'] }),
    ...(type === 'ExternalName' && externalName === undefined ? [required('spec.externalName')] : []),
    ...addressErrors(spec, was),
    ...clusterAddressErrors(spec),
    ...outsideErrors(spec),
    ...portErrors(spec),
  ];
}

const ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$|^[0-9a-f:]*:[0-9a-f:]*$/;

function clusterAddressErrors({ clusterIP, type }: Fields): string[] {
  if (clusterIP === undefined || clusterIP === '' || ADDRESS.test(String(clusterIP))) return [];
  if (clusterIP !== 'None') {
    const why = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
    return [invalidValue('spec.clusterIPs[0]', { value: clusterIP, why })];
  }
  if (type === 'ClusterIP') return [];
  return [
    invalidValue('spec.clusterIPs[0]', { value: clusterIP, why: `may not be set to 'None' for ${type} services` }),
  ];
}

/** Fields that are only allowed on a Service that is reachable from outside. */
function outsideErrors(spec: Fields): string[] {
  const { type, externalTrafficPolicy, healthCheckNodePort: value } = spec;
  const isLocal = type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  const whyNot = 'may only be set for externally-accessible services';
  const onlyLocal = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return [
    ...(externalTrafficPolicy === undefined || hasNodePorts(spec) || spec.externalIPs !== undefined
      ? []
      : [invalidValue('spec.externalTrafficPolicy', { value: externalTrafficPolicy, why: whyNot })]),
    ...(value === undefined || isLocal ? [] : [invalidValue('spec.healthCheckNodePort', { value, why: onlyLocal })]),
  ];
}

function portErrors(spec: Fields): string[] {
  const given = (Array.isArray(spec.ports) ? spec.ports : []) as readonly Fields[];
  if (given.length === 0) {
    return spec.type === 'ExternalName' || spec.clusterIP === 'None' ? [] : [required('spec.ports')];
  }
  return given.flatMap(({ port, name, targetPort, nodePort }, index) => {
    const at = `spec.ports[${index}]`;
    const isTwice = name !== undefined && given.findIndex((other) => other.name === name) < index;
    const isClosed = nodePort !== undefined && !hasNodePorts(spec);
    return [
      ...(isPort(port) ? [] : [invalidValue(`${at}.port`, { value: port, why: A_PORT })]),
      ...targetErrors(targetPort, `${at}.targetPort`),
      ...(given.length > 1 && name === undefined ? [required(`${at}.name`)] : []),
      ...(isTwice ? [`${at}.name: Duplicate value: "${name}"`] : []),
      ...(isClosed ? [`${at}.nodePort: Forbidden: may not be used when \`type\` is '${spec.type}'`] : []),
    ];
  });
}

function targetErrors(value: unknown, at: string): string[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return isPort(value) ? [] : [invalidValue(at, { value, why: A_PORT })];
  if (/^[a-z0-9-]{1,15}$/.test(String(value))) return [];
  const why = 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  return [invalidValue(at, { value, why })];
}
