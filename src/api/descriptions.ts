/** What each operation does, when to call it, and what to do with its answer: the text of the docs page. */
import type { ContractName } from './all-contracts.ts';

/** Each text is Markdown. The document adds the role that the caller needs. */
export const descriptions: Readonly<Record<ContractName, string>> = {
  startDeployment:
    'Checks the request, opens a deployment and answers at once; the rollout goes on after the answer. Name exactly one of `version`, `artifact` and `revision`. Follow the deployment with the link `self` until its `status` has ended. With `dryRun: true` nothing is deployed, and the answer lists what would be in the way. A 409 names the deployment that is in flight: wait for it, or repeat the request with `supersede: true`. Leave `supersede` and `hotfix` out unless you need them: they switch a guard off.',
  startRollback:
    'Puts all calls back on the version before, or on the one that `to` names. It also ends a rollout in flight, and no freeze or red alarm stops it. Call it when the live version harms users. The answer is the deployment that goes back; its `status` ends as `rolledBack` when the older version has all calls.',
  listDeployments:
    'Lists the deployments that you may see, the newest first. Ask with `status=inFlight` for what is going on now. Name several statuses by repeating the parameter. When `nextCursor` is not null, send it as `cursor` to get the next page.',
  readDeployment:
    'Shows how far a deployment is, why, and everything that happened in its `timeline`. Read it every few seconds while the `status` is in flight. `actions` lists the calls that are possible now; `step` says which step is in progress and when it ends at the latest.',
  explainDeployment:
    'Shows the evidence: each verdict, what both versions did in each period, what the judge concludes from it, and the state of the alarms now. Read it when a deployment was rolled back or is held, before you decide to retry or to promote.',
  promoteDeployment:
    'Leaves out the steps that are left and puts all calls on the new version. Call it when you know more than the judge, for example during a hold without traffic. A red alarm still takes the version back. Send the `step.number` that you saw as `step`, so that a late call changes nothing.',
  pauseDeployment:
    'Keeps the present share of calls on the new version until you resume, promote or abort. The clock of the step stops, and the deadline goes on. Alarms still take the version back.',
  resumeDeployment: 'Goes on after a pause or a hold. The step in progress continues with the time that it had left.',
  skipDeployment:
    'Ends the bake or the judgement in progress as if it had been good. Call it to save time when you have looked at the new version yourself. An approval cannot be skipped.',
  approveDeployment:
    'Gives the approval for which the deployment waits. The person who opened the deployment cannot approve it. A deployment that no known person asked for needs two people: after the first approval it still waits. Send the `step.number` that you approve as `step`: a late approval then never counts for the next step.',
  abortDeployment:
    'Ends a deployment in flight and puts all calls back on the version before. On Lambda the calls are back before the answer is sent. Call it when the new version harms users. A deployment that was promoted is undone with POST /rollback.',
  retryDeployment:
    'Deploys the same once more after a deployment ended without being promoted, with the spec of today. Call it when the reason was outside the version. The answer is a new deployment with an id of its own.',
  readPipelineRun:
    'Shows the stages of one run of the pipeline, its timeline, and the deployment that came of it. Its id is in the answer of POST /deploy with a `revision`. When `quarantine` is `inForce`, call the link `release` after the cause is mended.',
  putService:
    'Registers a service or changes it. The body is the content of slipway.yml as JSON. A deployment in flight keeps the spec that it started with. The answer is the stored spec with all defaults; `rehearsal`, which only `npm start` reads, is not stored. Then call the check of the service.',
  readService: 'Shows the stored spec of a service with all defaults, and who changed it last.',
  listServices: 'Lists the services that you may see, by name.',
  removeService:
    'Takes a service off the register and ends the watch over its live version. Nothing changes in AWS or in the cluster, and its deployments stay in the ledger. It is refused while a deployment is in flight.',
  checkService:
    'Runs the checks of a deployment without a deployment: the target, its alias, permissions and alarms. Call it after each change of a spec. An `error` would refuse a deployment; a `warning` would not. Each finding says the next step.',
  releaseService:
    'Lets revisions of a service into the stage Deploy of the pipeline again, after a revision was rolled back by itself. Call it when the cause is mended. The answer lists the runs that were let go.',
  readHealth: 'Says that the process is alive. It touches nothing else. Use it for a liveness probe.',
  readReadiness:
    'Says whether the database and the workflows can be reached. Use it for a readiness probe. With 503, `parts` names the part that is away and why.',
  readOpenapi: 'This document. Make a client from it, or open /docs to read it.',
};
