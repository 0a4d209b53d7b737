import { ownerProblem } from '../../src/domain/lambda/owner-tag.ts';

test.each([
  [null, null],
  ['checkout', null],
  ['checkout-prod checkout', null],
  ['  checkout ', null],
  ['basket', 'names basket'],
  ['checkout-prod basket', 'names checkout-prod, basket'],
  ['Checkout', 'names Checkout'],
  ['checkout,basket', 'names checkout,basket'],
  ['', 'names no service'],
  ['  ', 'names no service'],
])('the tag %j says of service checkout: %j', (tag, says) => expect(ownerProblem(tag, 'checkout')).toBe(says));
