/** The contract that every Owners port keeps, whatever cloud is behind it. */
import type { LambdaTarget } from '../../src/domain/service/service-spec.ts';
import type { Owners } from '../../src/ports/owners.ts';

export interface OwnersStage {
  readonly owners: Owners;
  /** Sets the tags of the only function, `checkout`. */
  tag(tags: Readonly<Record<string, string>>): void;
  /** The beginning of the ARN of each function on this stage. */
  readonly arnStem: string;
}

const target: LambdaTarget = { kind: 'lambda', function: 'checkout', alias: 'live' };

export function ownersContract(name: string, open: () => OwnersStage): void {
  describe(`Owners: ${name}`, () => {
    test('the tag of a function is read unchanged, by the name of the function alone', async () => {
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

    test('the ARN of a function has its place and no alias, whether or not the function exists', async () => {
      const { owners, arnStem } = open();
      expect(await owners.arnOf(target)).toBe(`${arnStem}:function:checkout`);
      expect(await owners.arnOf({ ...target, function: 'basket' })).toBe(`${arnStem}:function:basket`);
    });

    test('all tags of a function are read, also of a function that Slipway may not change', async () => {
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
