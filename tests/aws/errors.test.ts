import { attempt, isNamed, statusOf, translate } from '../../src/aws/errors.ts';
import { isThrottled, isWorthWaiting, SlipwayError } from '../../src/domain/errors.ts';
import { sdkError } from './sdk-error.ts';

const attempted = { what: 'move the alias checkout:live', action: 'lambda:UpdateAlias' };

test.each([
  ['TooManyRequestsException', 429, 'Transient'],
  ['ThrottlingException', 400, 'Transient'],
  ['Throttling', 400, 'Transient'],
  ['ThrottledException', 429, 'Transient'],
  ['EC2ThrottledException', 502, 'Transient'],
  ['RequestLimitExceeded', 503, 'Transient'],
  ['ExecutionLimitExceeded', 400, 'Transient'],
  ['ServiceException', 500, 'Transient'],
  ['InternalServiceFault', 500, 'Transient'],
  ['SomethingNew', 503, 'Transient'],
  ['TimeoutError', undefined, 'Transient'],
  ['ResourceNotFoundException', 404, 'NotFound'],
  ['StateMachineDoesNotExist', 400, 'NotFound'],
  ['NotFoundException', 404, 'NotFound'],
  ['ResourceConflictException', 409, 'Conflict'],
  ['PreconditionFailedException', 412, 'Conflict'],
  ['SomethingNew', 412, 'Conflict'],
  ['AccessDeniedException', 403, 'Broken'],
  ['KMSAccessDeniedException', 502, 'Broken'],
  ['AuthorizationErrorException', 403, 'Broken'],
  ['ExpiredTokenException', 400, 'Broken'],
  ['CodeStorageExceededException', 400, 'Broken'],
  ['InvalidParameterValueException', 400, 'InvalidRequest'],
  ['ValidationException', 400, 'InvalidRequest'],
  ['SomethingNew', 400, 'Broken'],
])('the SDK error %s with status %s is %s', (name, status, expected) => {
  const error = translate(sdkError(name, status === undefined ? {} : { status }), attempted);
  expect(error.name).toBe(expected);
});

test.each([
  ['TooManyRequestsException', 429, ''],
  ['ThrottlingException', 400, 'Rate exceeded'],
  ['Throttling', 400, 'Rate exceeded'],
  ['ThrottledException', 400, ''],
  ['RequestLimitExceeded', 503, ''],
  ['RequestThrottledException', 400, ''],
  ['ProvisionedThroughputExceededThrottling', 400, ''],
  ['SlowDown', 503, ''],
  ['SomethingNew', 429, ''],
  ['SomethingNew', 400, 'Rate exceeded'],
  ['ValidationException', 400, 'Rate exceeded for this account'],
])('%s with status %s and the message "%s" is marked as a throttle', (name, status, message) => {
  const error = translate(sdkError(name, { status, message }), attempted);
  expect(error).toMatchObject({ name: 'Transient', details: { throttled: true } });
  expect(isThrottled(error)).toBe(true);
});

test.each([
  ['ServiceException', 500],
  ['InternalServiceFault', 500],
  ['TimeoutError', 0],
  ['ResourceNotFoundException', 404],
  ['AccessDeniedException', 403],
])('%s with status %s is not marked as a throttle', (name, status) => {
  expect(isWorthWaiting(translate(sdkError(name, { status }), attempted))).toBe(false);
});

test('a conflict with an unfinished operation is Transient, and is not marked as a throttle', () => {
  const cause = sdkError('ResourceConflictException', {
    status: 409,
    message: 'An update is in progress for resource',
  });
  const error = translate(cause, { ...attempted, conflictIs: 'Transient' });
  expect(error.details).toEqual({ inProgress: true });
  expect([isWorthWaiting(error), isThrottled(error)]).toEqual([true, false]);
  expect(isWorthWaiting(translate(cause, attempted))).toBe(false);
});

test.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNREFUSED', 'EPIPE', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])(
  'a broken connection (%s) is Transient',
  (code) => {
    expect(translate(Object.assign(new Error('connect'), { code }), attempted).name).toBe('Transient');
  },
);

test('a fault in the code of Slipway is Broken and not retried', () => {
  expect(translate(new TypeError('x is undefined'), attempted).name).toBe('Broken');
  expect(translate('a string', attempted)).toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('a string.'),
  });
});

test('the message says what was attempted, what AWS answered, and the next step; the cause is kept', () => {
  const cause = sdkError('AccessDeniedException', { status: 403, message: 'User is not authorized' });
  const error = translate(cause, attempted);
  expect(error.message).toBe(
    'Could not move the alias checkout:live: AccessDeniedException: User is not authorized. ' +
      'Check that the role of this function may do lambda:UpdateAlias, that the function has the tag slipway:managed = true, then the cause.',
  );
  expect(error.cause).toBe(cause);
});

test('a conflict is Transient where it only means that another operation is not finished', async () => {
  const call = () => Promise.reject(sdkError('ResourceConflictException', { status: 409 }));
  await expect(attempt(attempted, call)).rejects.toMatchObject({ name: 'Conflict' });
  await expect(attempt({ ...attempted, conflictIs: 'Transient' }, call)).rejects.toMatchObject({ name: 'Transient' });
});

test('an error of Slipway passes unchanged', () => {
  const own = new SlipwayError('NotFound', 'There is none.');
  expect(translate(own, attempted)).toBe(own);
});

test('the name and the status of the SDK error are found through the translated one', () => {
  const error = translate(sdkError('PreconditionFailedException', { status: 412 }), attempted);
  expect(isNamed(error, 'PreconditionFailedException')).toBe(true);
  expect(isNamed(error, 'ResourceNotFoundException')).toBe(false);
  expect(isNamed('text', 'Error')).toBe(false);
  expect(statusOf(error)).toBe(412);
});
