import { dnsSuffixOf } from '../../src/aws/partitions.ts';

test.each([
  ['aws', 'amazonaws.com'],
  ['aws-us-gov', 'amazonaws.com'],
  ['aws-cn', 'amazonaws.com.cn'],
  ['aws-eusc', 'amazonaws.eu'],
  ['aws-iso-b', 'sc2s.sgov.gov'],
  [undefined, 'amazonaws.com'],
])('the services of the partition %s end in %s', (partition, suffix) => expect(dnsSuffixOf(partition)).toBe(suffix));
