/** Who is told, by the parameters notifyEmail and notifyHttps: a person of incidents, a system of everything. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

module.exports = async ({ resolveVariable }) => {
  const email = String(await resolveVariable('param:notifyEmail'));
  const https = String(await resolveVariable('param:notifyHttps'));
  if (email !== '' && !EMAIL.test(email)) {
    throw new Error(`${email} is not an e-mail address. Correct the parameter notifyEmail.`);
  }
  // Not shown: an address of a chat is often its own password.
  if (https !== '' && !(URL.canParse(https) && new URL(https).protocol === 'https:')) {
    throw new Error('The parameter notifyHttps is not an address that begins with https://. Correct it.');
  }
  return {
    Resources: {
      ...(email !== '' && { IncidentsByEmail: subscription('email', { Endpoint: email, topic: 'IncidentsTopic' }) }),
      ...(https !== '' && {
        IncidentsByHttps: subscription('https', { Endpoint: https, topic: 'IncidentsTopic' }),
        DeploymentsByHttps: subscription('https', { Endpoint: https, topic: 'DeploymentsTopic' }),
      }),
    },
  };
};

function subscription(Protocol, { Endpoint, topic }) {
  return {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      TopicArn: { Ref: topic },
      Protocol,
      Endpoint,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['FailedNotices', 'Arn'] } },
    },
  };
}
