/** Amounts as Kubernetes writes them: `250m`, `0.5`, `256Mi`, `1G`. */

/** Returns cores or bytes; undefined when the text is not an amount. */
export function quantity(text: string | number): number | undefined {
  const [, number, unit = ''] = /^([+-]?[0-9]+(?:\.[0-9]*)?)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  const factor = FACTORS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
