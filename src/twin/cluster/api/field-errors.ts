/** Field errors in the API server's form. */
export function invalidValue(field: string, { value, why }: { value: unknown; why: string }): string {
  return `${field}: Invalid value: ${JSON.stringify(value)}: ${why}`;
}

export function required(field: string): string {
  return `${field}: Required value`;
}

/** Returns no error when there is no value: another check reports that. */
export function unsupported(
  field: string,
  { value, supported }: { readonly value: unknown; readonly supported: readonly string[] },
): string[] {
  if (value === undefined || supported.includes(String(value))) return [];
  const known = supported.map((one) => `"${one}"`).join(', ');
  return [`${field}: Unsupported value: ${JSON.stringify(value)}: supported values: ${known}`];
}

export const NOT_NEGATIVE = 'must be greater than or equal to 0';
export const A_PORT = 'must be between 1 and 65535, inclusive';

export function isPort(port: unknown): boolean {
  return Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535;
}
