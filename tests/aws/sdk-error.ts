/** An error as the SDK throws it. */
export function sdkError(name: string, { status = 400, message = 'as AWS words it' } = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}
