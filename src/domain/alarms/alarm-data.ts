/** Reads when the data of an alarm begins, from the state reason data that CloudWatch gives. */

/**
 * Returns the start of the oldest datapoint that the alarm counted when it changed its state, in epoch milliseconds.
 * Returns undefined when CloudWatch does not say: for a composite alarm, for a state that a person set, and for a text
 * of another form.
 */
export function alarmDataFrom(reasonData: string | undefined): number | undefined {
  try {
    const { startDate } = JSON.parse(reasonData ?? '{}') as { readonly startDate?: unknown };
    const at = typeof startDate === 'string' ? Date.parse(startDate) : Number.NaN;
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}
