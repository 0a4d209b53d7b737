import { packageByCommand } from '../plugin/packaged-service.ts';
import { readText } from '../repo/sources.ts';
import { findingsOf } from './findings.ts';

test('cfn-lint finds nothing in a service whose events the plugin has moved to aliases', async () => {
  const { template } = await packageByCommand({ service: readText('tests/plugin/services/every-event.yml') });
  const [found = []] = await findingsOf('cfn-lint', [template]);
  // The framework itself lists the dependencies of a resource, also where a reference already makes them.
  const problems = found.filter(({ rule }) => rule !== 'W3005');
  expect(found.length).toBeGreaterThan(problems.length);
  expect(problems).toEqual([]);
});
