import { packageByCommand } from '../plugin/packaged-service.ts';
import { readText } from '../repo/sources.ts';
import { findingsOf } from './findings.ts';

test('cfn-lint finds nothing in a service whose events the plugin has put on aliases', async () => {
  const { template } = await packageByCommand({ service: readText('tests/plugin/services/every-event.yml') });
  const [found = []] = await findingsOf('cfn-lint', [template]);
  // The framework itself names what a resource waits for, also where a reference says it already.
  const problems = found.filter(({ rule }) => rule !== 'W3005');
  expect(found.length).toBeGreaterThan(problems.length);
  expect(problems).toEqual([]);
});
