import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { serviceSpecJsonSchema } from '../../src/api/spec/json-schema.ts';

const path = new URL('../../docs/service-spec.schema.json', import.meta.url);

test('the published JSON Schema is up to date; if not: npx node src/api/write-json-schema.ts', () => {
  expect(readFileSync(path, 'utf8')).toBe(serviceSpecJsonSchema());
});

test('another validator with the published schema accepts and refuses the same specs as Slipway', () => {
  const accepts = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(path, 'utf8')));
  const checkout = { name: 'checkout', target: { kind: 'lambda', function: 'checkout' } };
  const withStep = (step: object) => ({ ...checkout, strategy: [step] });

  expect(accepts(checkout)).toBe(true);
  expect(accepts(withStep({ bake: { minutes: 5 } }))).toBe(true);
  expect(accepts(withStep({ setWeight: 120 }))).toBe(false);
  expect(accepts(withStep({ bake: { hours: 336 } }))).toBe(false);
  expect(accepts({ ...checkout, extra: 1 })).toBe(false);
});
