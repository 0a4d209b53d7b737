/** The parameters of the pipeline, looked at together: all of them or none, each in its form. */
const FORMS = {
  codeConnectionArn: {
    form: /^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]{36}$/,
    is: 'the ARN of a code connection',
  },
  pipelineRepository: { form: /^[\w.-]+(\/[\w.-]+)+$/, is: 'a repository, written owner/name' },
  pipelineBranch: { form: /^[\w./-]{1,255}$/, is: 'the name of a branch' },
  pipelineService: { form: /^[a-z][a-z0-9-]{0,62}$/, is: 'the name of a service' },
};
const OPTIONAL = {
  pipelineImageRepository: { form: /^[a-z0-9]+([._/-][a-z0-9]+)*$/, is: 'the name of a repository in ECR' },
};
const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

module.exports = async ({ resolveVariable }) => {
  const read = async (name) => [name, String(await resolveVariable(`param:${name}`)).trim()];
  const needed = await Promise.all(Object.keys(FORMS).map(read));
  const more = await Promise.all(Object.keys(OPTIONAL).map(read));
  const missing = needed.filter(([, value]) => value === '').map(([name]) => name);
  // The branch has a default, so it alone asks for nothing.
  const isAsked = needed.some(([name, value]) => value !== '' && name !== 'pipelineBranch');
  if (isAsked && missing.length > 0) {
    throw new Error(`The pipeline is half set: ${missing.join(', ')} is missing. Give it, or leave all of them out.`);
  }
  for (const [name, value] of [...needed, ...more]) {
    const { form, is } = FORMS[name] ?? OPTIONAL[name];
    if (value !== '' && !form.test(value)) throw new Error(`${value} is not ${is}. Correct the parameter ${name}.`);
  }
  const [, severity] = await read('scanSeverity');
  if (!SEVERITIES.includes(severity)) {
    throw new Error(`${severity} is no severity. Set the parameter scanSeverity to one of ${SEVERITIES.join(', ')}.`);
  }
  return { ...Object.fromEntries([...needed, ...more]), scanSeverity: severity };
};
