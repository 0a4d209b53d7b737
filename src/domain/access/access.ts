/**
 * Decides who may do what. A caller has grants: a role for some services, or for all. Slipway refuses what no grant
 * allows. A refusal has one word for the log and the metric, and a sentence that tells the caller what to do.
 */

import { goesForward } from '../deployment/accept-signal.ts';
import { type Deployment, isInFlight } from '../deployment/deployment.ts';
import { outOfTheWay } from '../deployment/next-step.ts';
import { planSteps, type Strategy } from '../service/strategy.ts';
import { firstApprover, needsTwoApprovers } from './approval.ts';
import { isLocalCaller } from './caller-name.ts';
import { type Grant, ROLES, type Role } from './grant.ts';

/** An identified caller and its grants. */
export interface Access {
  readonly caller: string;
  readonly grants: readonly Grant[];
}

export type ForbiddenReason = 'role too low' | 'other service' | 'own deployment' | 'approval left out';

export type AccessDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: ForbiddenReason; readonly because: string };

/** All roles for all services: for the person who runs Slipway on their own machine. */
export function fullAccess(caller: string): Access {
  return { caller, grants: [{ role: 'admin', services: '*' }] };
}

export interface AccessRequest {
  readonly access: Access;
  readonly role: Role;
  /** Null when the request is about no particular service; then a grant for any service is enough. */
  readonly service: string | null;
}

export function decideAccess({ access: { caller, grants }, role, service }: AccessRequest): AccessDecision {
  const fit = grants.filter((grant) => INCLUDED[grant.role].includes(role));
  if (fit.some(({ services }) => covers(services, service))) return { allowed: true };
  const wanted = service === null ? '' : ` for ${service}`;
  const because = `${caller} does not have the role ${role}${wanted}. Ask who keeps the access policy for it, or for a token with it.`;
  const isKnownThere = grants.some(({ services }) => covers(services, service));
  return { allowed: false, reason: isKnownThere || service === null ? 'role too low' : 'other service', because };
}

export interface DeploymentWish {
  readonly access: Access;
  readonly role: Role;
  /** The signal that the caller wants to send, because some signals have their own rules; null for any other action. */
  readonly signal: string | null;
  readonly deployment: Pick<
    Deployment,
    'id' | 'service' | 'kind' | 'by' | 'status' | 'signal' | 'steps' | 'progress' | 'spec' | 'pipelineRun'
  >;
}

/**
 * Decides access to one deployment. The caller that opened a deployment can neither approve it nor promote it past an
 * approval.
 */
export function decideDeploymentAccess({ access, role, signal, deployment }: DeploymentWish): AccessDecision {
  const { id, service, by } = deployment;
  const decision = decideAccess({ access, role, service });
  if (!decision.allowed) return decision;
  const asked = signal === 'approve' || (signal === 'promote' && waitsForApproval(deployment)) ? signal : null;
  // A deployment that has ended cannot be approved by anyone. The operation says so; a refusal here would say "ask
  // someone else".
  if (asked === null || !isInFlight(deployment)) return decision;
  if (by === access.caller) {
    const fact = `${by} opened deployment ${id}, and nobody approves a deployment of their own.`;
    const because = `${fact} ${otherPerson(deployment, asked)}${outOfTheWay(deployment).words}`;
    return { allowed: false, reason: 'own deployment', because };
  }
  const approval = decideAccess({ access, role: 'approver', service });
  if (approval.allowed) return signal === 'promote' ? decideSecondApproval(deployment, access) : approval;
  const because = `To promote deployment ${id} now would leave out its approval. ${approval.because}`;
  return { allowed: false, reason: 'approval left out', because };
}

/** What another person can do now, with a space at the end. On a server without an authorizer, a person is a name. */
function otherPerson({ by, ...deployment }: DeploymentWish['deployment'], signal: 'approve' | 'promote'): string {
  if (!goesForward(deployment)) return '';
  if (signal === 'approve' && deployment.status !== 'awaitingApproval') return 'It does not wait for an approval now. ';
  if (!isLocalCaller(by)) return `Ask someone else with the role approver to ${signal} it. `;
  const how = 'with "Authorization: Bearer local:NAME", such as local:reviewer';
  return `${signal === 'approve' ? 'Approve' : 'Promote'} it as another local person, ${how}. `;
}

/**
 * A promotion past an approval counts as one approval. So when two people are needed, the other person must approve
 * first.
 */
function decideSecondApproval(deployment: DeploymentWish['deployment'], { caller }: Access): AccessDecision {
  const first = firstApprover(deployment);
  if (!needsTwoApprovers(deployment) || (first !== null && first !== caller)) return { allowed: true };
  const { id } = deployment;
  const fact = `No person whom Slipway knows asked for deployment ${id}, so two people have to approve it.`;
  const because = `${fact} Somebody else than ${caller} approves it when it waits for that; then promote it.`;
  return { allowed: false, reason: 'approval left out', because };
}

interface StrategyWish {
  readonly access: Access | undefined;
  readonly service: string;
  readonly asked: Strategy;
  readonly ofService: Strategy;
}

/**
 * A strategy in a request must keep the approvals of the service's strategy. With the same number of approvals, it must
 * not reach a higher weight. Only an admin may send a strategy that breaks this rule.
 */
export function decideStrategyAccess({ access, service, asked, ofService }: StrategyWish): AccessDecision {
  const early = earlyWeight(asked, ofService);
  if (early === null) return { allowed: true };
  if (access !== undefined && decideAccess({ access, role: 'admin', service }).allowed) return { allowed: true };
  const { percent, approvals, needed } = early;
  const fact = `The strategy of this request leaves out an approval that ${service} asks for: ${percent} % comes after ${inApprovals(approvals)}, and in the strategy of ${service} after ${inApprovals(needed)}.`;
  const because = `${fact} Put as many before it, leave the strategy out, or ask an admin of ${service} to send it.`;
  return { allowed: false, reason: 'approval left out', because };
}

/** The services whose deployments and specs the caller may read. */
export function visibleServices({ grants }: Access): Grant['services'] {
  if (grants.some(({ services }) => services === '*')) return '*';
  return [...new Set(grants.flatMap(({ services }) => services))];
}

/**
 * An approver reads and approves, but does not deploy. So one person can hold both roles, and a deployment still needs
 * two people.
 */
const INCLUDED: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ['viewer'],
  deployer: ['viewer', 'deployer'],
  approver: ['viewer', 'approver'],
  admin: ROLES,
};

function covers(services: Grant['services'], service: string | null): boolean {
  return services === '*' || (service === null ? services.length > 0 : services.includes(service));
}

/** Before a deployment is planned, all steps of its strategy are still to come. */
function waitsForApproval({ steps, progress, spec }: DeploymentWish['deployment']): boolean {
  return approvalsIn(steps.length === 0 ? spec.strategy : steps.slice(progress.stepIndex)) > 0;
}

function approvalsIn(strategy: Strategy): number {
  return planSteps(strategy).filter((step) => 'approve' in step).length;
}

interface EarlyWeight {
  readonly percent: number;
  readonly approvals: number;
  readonly needed: number;
}

/**
 * Finds the first weight that the requested strategy reaches with fewer approvals than the service's own; null when
 * there is none.
 */
function earlyWeight(asked: Strategy, ofService: Strategy): EarlyWeight | null {
  const weights = planSteps(asked).flatMap((step) => ('setWeight' in step ? [step.setWeight] : []));
  // Every strategy ends with the promotion.
  for (const percent of [...weights, 100]) {
    const [approvals, needed] = [approvalsBefore(asked, percent), approvalsBefore(ofService, percent)];
    if (approvals < needed) return { percent, approvals, needed };
  }
  return null;
}

/**
 * Counts the approvals before the first step that sets this weight or a higher one; counts all approvals when no step
 * does.
 */
function approvalsBefore(strategy: Strategy, percent: number): number {
  const steps = planSteps(strategy);
  const first = steps.findIndex((step) => 'setWeight' in step && step.setWeight >= percent);
  return approvalsIn(first === -1 ? steps : steps.slice(0, first));
}

function inApprovals(count: number): string {
  if (count === 0) return 'no approval';
  return count === 1 ? 'one approval' : `${count} approvals`;
}
