/** The DNS suffixes of AWS, which differ by partition (botocore's partitions.json). */

const SUFFIXES: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
};
const COMMERCIAL = 'amazonaws.com';

/** `aws-us-gov` has the same suffix as `aws`. */
export function dnsSuffixOf(partition: string | undefined): string {
  return SUFFIXES[partition ?? ''] ?? COMMERCIAL;
}

/** All suffixes, for a regular expression. */
export const DNS_SUFFIX = [COMMERCIAL, ...Object.values(SUFFIXES)].map((name) => name.replaceAll('.', '\\.')).join('|');
