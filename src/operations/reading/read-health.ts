/** Alive: touches nothing, so that a lost database never makes a load balancer kill a healthy process. */
import type { Health } from '../../domain/health.ts';
import { VERSION } from '../../domain/version.ts';

export async function readHealth(): Promise<Health> {
  return { status: 'ok', version: VERSION };
}
