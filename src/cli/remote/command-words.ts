/**
 * Says a server's next step as a command. The API names its routes and fields, which suit a program; a person at a
 * terminal has commands and options.
 */
import { type ContractName, contracts } from '../../api/all-contracts.ts';
import type { Contract } from '../../api/route/contract.ts';
import { verbs } from './verbs.ts';

/** A route in a sentence: `POST /services/checkout/release`, or `GET /deployments?service=checkout`. */
const ROUTE = /\b(GET|POST|PUT|DELETE) \/[\w/.{}-]*\w\}?(?:\?service=([\w-]+))?/g;
/** `"hotfix": true` or `hotfix: true`, as a request to the API has it. */
const FIELD = /"?\b(hotfix|supersede)"?: true\b/g;
/** How a local person is named in a request. */
const LOCAL_TOKEN = /"Authorization: Bearer local:NAME"/g;
const LOCAL_PERSON = /\blocal:([a-z]+)\b/g;

export function inCommands(text: string): string {
  return text
    .replace(ROUTE, (route: string, _method, service?: string) => {
      const command = commandFor(route.split('?')[0] ?? '');
      return command === null ? route : [command, ...(service === undefined ? [] : [service])].join(' ');
    })
    .replace(FIELD, '--$1')
    .replace(LOCAL_TOKEN, '--as NAME')
    .replace(LOCAL_PERSON, '--as $1');
}

function commandFor(route: string): string | null {
  const [method, path = ''] = route.split(' ');
  for (const contract of Object.values(contracts as Readonly<Record<string, Contract>>)) {
    const pattern = new RegExp(`^${contract.path.replace(/\{\w+\}/g, '([^/]+)')}$`);
    const found = method === contract.method ? pattern.exec(path) : null;
    const verb = verbs[contract.name as ContractName];
    if (found === null || typeof verb !== 'string') continue;
    return verb.includes(' ') ? `slipway ${verb}` : ['slipway', verb, ...found.slice(1)].join(' ');
  }
  return null;
}
