/** Which time the data of an alarm is from, as CloudWatch says it in the data of the state's reason. */

/**
 * The start of the oldest datapoint that the alarm counted when it changed its state, in epoch milliseconds. Undefined when CloudWatch
 * does not say: of a composite alarm, of one that somebody set by hand, or when the text is not what it should be.
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
