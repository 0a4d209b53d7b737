import { fullAccess } from '../../src/domain/access/access.ts';
import { noSuchService } from '../../src/domain/deployment/ledger.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { withNearNames } from '../../src/functions/near-names.ts';

const services = { list: async () => ['checkout', 'check', 'orders', 'payments'].map((name) => ({ name })) };
const asked = (name: string, access = fullAccess('ann')) =>
  withNearNames(noSuchService(name), { ports: { services }, access });

test.each([
  ['chekout', 'Did you mean checkout?'],
  ['CHECKOUT', 'Did you mean checkout?'],
  ['order', 'Did you mean orders?'],
  ['payment', 'Did you mean payments?'],
])('the refusal of the unknown service %s names a near one', async (name, words) => {
  expect(await asked(name)).toMatchObject({
    name: 'NotFound',
    message: `There is no service ${name}. Register it with PUT /services/${name}. ${words}`,
  });
});

test('no name is given that is not near, or that the caller may not see', async () => {
  const plain = noSuchService('invoices').message;
  expect(await asked('invoices')).toMatchObject({ message: plain });
  const access = { caller: 'ben', grants: [{ role: 'viewer', services: ['payments'] }] } as const;
  expect(await asked('chekout', access)).toMatchObject({ message: noSuchService('chekout').message });
});

test('another error, and a route without services, stay as they are', async () => {
  const other = new SlipwayError('NotFound', 'There is no deployment dep-1.');
  expect(await withNearNames(other, { ports: { services }, access: fullAccess('ann') })).toBe(other);
  const unknown = noSuchService('chekout');
  expect(await withNearNames(unknown, { ports: {}, access: fullAccess('ann') })).toBe(unknown);
});
