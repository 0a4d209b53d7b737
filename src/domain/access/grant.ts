/** A grant gives a role, for some services or for all. */
export const ROLES = ['viewer', 'deployer', 'approver', 'admin'] as const;

export type Role = (typeof ROLES)[number];

export interface Grant {
  readonly role: Role;
  readonly services: '*' | readonly string[];
}
