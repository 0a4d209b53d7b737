/** What every Owners port must do, whatever cloud is behind it. */
import type { LambdaTarget } from '../../src/domain/service/service-spec.ts';
import type { Owners } from '../../src/ports/owners.ts';

export interface OwnersStage {
  readonly owners: Owners;
  /** The tags of the one function that there is, `checkout`. */
  tag(tags: Readonly<Record<string, string>>): void;
  /** What the ARN of each function here begins with. */
  readonly arnStem: string;
}

const target: LambdaTarget = { kind: 'lambda', function: 'checkout', alias: 'live' };

export function ownersContract(name: string, open: () => OwnersStage): void {
  describe(`Owners: ${name}`, () => {
    test('the tag of a function is read as it is, by the function alone', async () => {
      const { owners, tag } = open();
      tag({ 'slipway:managed': 'true', 'slipway:service': 'checkout-dev checkout-prod' });
      expect(await owners.read(target)).toBe('checkout-dev checkout-prod');
      expect(await owners.read({ ...target, alias: 'prod' })).toBe('checkout-dev checkout-prod');
    });

    test('an empty tag is not the same as no tag', async () => {
      const { owners, tag } = open();
      tag({ 'slipway:managed': 'true' });
      expect(await owners.read(target)).toBeNull();
      tag({ 'slipway:service': '' });
      expect(await owners.read(target)).toBe('');
    });

    test('the ARN of a function names where it is, and no alias, whether or not it is there', async () => {
      const { owners, arnStem } = open();
      expect(await owners.arnOf(target)).toBe(`${arnStem}:function:checkout`);
      expect(await owners.arnOf({ ...target, function: 'basket' })).toBe(`${arnStem}:function:basket`);
    });

    test('all tags of a function are read, also of one that Slipway may not touch', async () => {
      const { owners, tag } = open();
      tag({ 'aws:cloudformation:stack-name': 'shop-prod' });
      expect(await owners.tags('checkout')).toEqual({ 'aws:cloudformation:stack-name': 'shop-prod' });
      tag({});
      expect(await owners.tags('checkout')).toEqual({});
      await expect(owners.tags('basket')).rejects.toMatchObject({ name: 'NotFound' });
    });

    test('a function that does not exist is not found', async () => {
      const { owners } = open();
      await expect(owners.read({ ...target, function: 'basket' })).rejects.toMatchObject({ name: 'NotFound' });
    });
  });
}
