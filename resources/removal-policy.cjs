/**
 * The parameter removalPolicy, as CloudFormation says it. What is kept is kept when the stack is removed, and not when its creation is
 * rolled back: each failed installation would leave a cluster and a bucket behind.
 */
const POLICIES = { Delete: 'Delete', Retain: 'RetainExceptOnCreate' };

module.exports = async ({ resolveVariable }) => {
  const given = String(await resolveVariable('param:removalPolicy'));
  if (!Object.hasOwn(POLICIES, given)) {
    throw new Error(`${given} is no removal policy. Set the parameter removalPolicy to Delete or Retain.`);
  }
  return POLICIES[given];
};
