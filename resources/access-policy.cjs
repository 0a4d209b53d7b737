/** The parameter `accessPolicy`, once the file that it names is found to be a policy for the issuers of `oidcIssuers`. */
module.exports = async ({ resolveVariable }) => {
  const [path, issuers] = await Promise.all([
    resolveVariable('param:accessPolicy'),
    resolveVariable('param:oidcIssuers'),
  ]);
  // The authorizer's own code: what it would refuse to read is not deployed.
  const { readPolicyFor } = await import('../src/tokens/policy-check.ts');
  await readPolicyFor({ path, issuers });
  return path;
};
