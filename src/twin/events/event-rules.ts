/**
 * The rules that serverless.yml declares: which function listens to which events. The rehearsal reads the file that is
 * deployed to AWS, so a wrong pattern fails here first.
 */
import { readFileSync } from 'node:fs';
import { parse, type ScalarTag } from 'yaml';
import { SlipwayError } from '../../domain/errors.ts';
import { ACCOUNT, REGION } from './bus-event.ts';
import { compilePattern, type Pattern } from './event-pattern.ts';

export type BusName = 'default' | 'slipway';

export interface EventRule {
  readonly functionKey: string;
  /** A rule with no bus, or with `default`, listens to AWS's own events; every other rule listens to Slipway's bus. */
  readonly bus: BusName;
  readonly pattern: unknown;
  readonly matches: Pattern;
}

/**
 * Values that only AWS knows are written in a fixed form: `!Ref Name` becomes `Name`, `!GetAtt Name.Arn` becomes
 * `Name.Arn`, and a `!Sub` stays as it is. `${...}` is looked up in `variables` by the text between the braces; an
 * unknown name is refused.
 */
export function rulesFromServerless(path: string, variables: Readonly<Record<string, string>> = {}): EventRule[] {
  const document: unknown = parse(readFileSync(path, 'utf8'), { customTags: TAGS, merge: true });
  const functions = objectAt(document, 'functions');
  return Object.entries(functions).flatMap(([functionKey, definition]) =>
    listAt(definition, 'events').flatMap((event) => {
      const rule = objectAt(event, 'eventBridge');
      if (rule.pattern === undefined || rule.enabled === false) return [];
      const pattern = filledIn(rule.pattern, { variables, functionKey });
      const bus: BusName = rule.eventBus === undefined || rule.eventBus === 'default' ? 'default' : 'slipway';
      return [{ functionKey, bus, pattern, matches: compilePattern(pattern, `${functionKey}.pattern`) }];
    }),
  );
}

const TAGS: ScalarTag[] = ['!Ref', '!GetAtt', '!Sub'].map((tag) => ({ tag, resolve: (text: string) => text }));

/** The results of `!Ref` in the rehearsed account. */
const HERE: Readonly<Record<string, string>> = { 'AWS::AccountId': ACCOUNT, 'AWS::Region': REGION };

function filledIn(
  value: unknown,
  { variables, functionKey }: { variables: Readonly<Record<string, string>>; functionKey: string },
): unknown {
  if (Array.isArray(value)) return value.map((one) => filledIn(one, { variables, functionKey }));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, one]) => [name, filledIn(one, { variables, functionKey })]);
    return Object.fromEntries(entries);
  }
  if (typeof value !== 'string') return value;
  if (value in HERE) return HERE[value];
  return value.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const known = variables[name];
    if (known !== undefined) return known;
    const fact = `The event pattern of function ${functionKey} uses \${${name}}, which the rehearsal has no value for.`;
    throw new SlipwayError('Broken', `${fact} Give it one, or write the pattern without it.`);
  });
}

function objectAt(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const found = objectAt(value, name);
  return Array.isArray(found) ? found : [];
}
