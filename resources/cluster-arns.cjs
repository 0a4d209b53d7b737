/** The parameter `clusters`, names with commas between or a list of them, as the resources of a statement. */
const NAME = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

module.exports = async ({ resolveVariable }) => {
  const given = [await resolveVariable('param:clusters')].flat().join(',').split(',');
  const names = given.map((name) => name.trim()).filter((name) => name !== '');
  for (const name of names) {
    if (!NAME.test(name)) throw new Error(`${name} is not the name of an EKS cluster. Correct the parameter clusters.`);
  }
  // A statement has to name something. Without any cluster it is the one without a name, which nobody has.
  return (names.length === 0 ? [''] : names).map((name) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:eks:\${AWS::Region}:\${AWS::AccountId}:cluster/${name}`,
  }));
};
