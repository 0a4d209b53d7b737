/**
 * Says that the process is alive. It calls nothing outside, so that a load balancer does not kill a healthy process
 * when the database is lost.
 */
import type { Health } from '../../domain/health.ts';
import { VERSION } from '../../domain/version.ts';

export async function readHealth(): Promise<Health> {
  return { status: 'ok', version: VERSION };
}
