import type { Explanation } from '../../domain/deployment/explanation.ts';
import { DeploymentId } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { presentDeployment, presentEntry } from '../views/present.ts';
import {
  presentAlarm,
  presentJudgement,
  presentLook,
  presentMetric,
  presentPeriod,
} from '../views/present-explanation.ts';

export const explainDeploymentContract = {
  name: 'explainDeployment',
  method: 'GET',
  path: '/deployments/{id}/explain',
  summary: 'Read the evidence behind each verdict',
  needs: 'viewer',
  about: 'deployment',
  params: DeploymentId,
  respond: ({ deployment, verdicts, turningPoints, alarms, periods, replay }: Explanation) => ({
    status: 200,
    body: {
      deployment: presentDeployment(deployment),
      verdicts: verdicts.map(presentEntry),
      turningPoints: turningPoints.map(presentEntry),
      alarms: alarms.map(presentAlarm),
      periods: periods.map(presentPeriod),
      pods: (deployment.progress.pods?.looks ?? []).map(presentLook),
      judgement: replay && presentJudgement(replay),
      metrics: (replay?.metrics ?? []).map(presentMetric),
    },
  }),
} as const satisfies Contract;
