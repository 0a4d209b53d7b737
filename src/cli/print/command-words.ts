/**
 * Says a server's next step as a command. The API names its routes and fields, which suit a program; a person at a
 * terminal has commands and options.
 */
import { type ContractName, contracts } from '../../api/all-contracts.ts';
import type { Contract } from '../../api/route/contract.ts';
import { verbs } from './verbs.ts';

/** A route in a sentence, with its query: `POST /services/checkout/release`, `GET /deployments?service=checkout`. */
const ROUTE = /\b(GET|POST|PUT|DELETE) \/[\w/.{}-]*\w\}?(\?[\w=&.-]*\w)?/g;
/** Fields and headers in the form of a request to the API, each with the option that sends it. */
const AS_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/"?\b(hotfix|supersede)"?: true\b/g, '--$1'],
  [/\{"version": "latest"\}/g, '--version latest'],
  [/\bwith "to": "([^"]+)"/g, '--to $1'],
  [/\bwith "to"/g, 'with --to'],
  [/"Authorization: Bearer local:NAME", such as local:(\w+)/g, '--as NAME, such as --as $1'],
  [/"Authorization: Bearer local:NAME"/g, '--as NAME'],
  [/\blocal:([a-z]+)\b/g, '--as $1'],
];

export function inCommands(text: string): string {
  const routed = text.replace(ROUTE, (route) => commandFor(route) ?? route);
  return AS_OPTIONS.reduce((said, [field, option]) => said.replace(field, option), routed);
}

function commandFor(route: string): string | null {
  const [method, address = ''] = route.split(' ');
  const [path = '', query = ''] = address.split('?');
  for (const contract of Object.values(contracts as Readonly<Record<string, Contract>>)) {
    const pattern = new RegExp(`^${contract.path.replace(/\{\w+\}/g, '([^/]+)')}$`);
    const found = method === contract.method ? pattern.exec(path) : null;
    const verb = verbs[contract.name as ContractName];
    if (found === null || typeof verb !== 'string') continue;
    const words = verb.includes(' ') ? [] : found.slice(1);
    return ['slipway', verb, ...words, ...wordsOf(query)].join(' ');
  }
  return null;
}

/** The service of a query is a word of the command. Any other part is an option of the same name. */
function wordsOf(query: string): string[] {
  return [...new URLSearchParams(query)].map(([name, value]) =>
    name === 'service' ? value : `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${value}`,
  );
}
