/** Alive: touches nothing, so that a lost database never makes a load balancer kill a healthy process. */
import { VERSION } from '../../domain/version.ts';

export async function readHealth(): Promise<{ readonly status: 'ok'; readonly version: string }> {
  return { status: 'ok', version: VERSION };
}
