/**
 * Reports the first error of each version of a service, in the terminal and in the timeline of the deployment that
 * tries the version.
 */
import { type RecordFirstErrorPorts, recordFirstError } from '../operations/nets/record-first-error.ts';
import type { Services } from '../ports/services.ts';
import { calledAs } from '../twin/cloud/workload-calls.ts';
import { type FirstError, inWords as firstErrorInWords } from '../twin/handlers/first-errors.ts';

interface Listener {
  readonly tell?: ((service: string, text: string) => void) | undefined;
  readonly onFailure: (what: string, error: unknown) => void;
}

interface Note {
  readonly ports: RecordFirstErrorPorts & { readonly services: Services };
  readonly found: FirstError;
}

/**
 * The cloud that reports the errors is made before the store that records them, and closes before it. So notes are
 * taken only between `begin` and `end`.
 */
export function firstErrorNotes() {
  let note: ((found: FirstError) => Promise<void>) | null = null;
  let noted = Promise.resolve();
  return {
    hear(found: FirstError): void {
      const by = note;
      if (by !== null) noted = noted.then(() => by(found));
    },
    begin(by: (found: FirstError) => Promise<void>): void {
      note = by;
    },
    /** Errors of calls during the shutdown come from the shutdown alone, and are not recorded. */
    end(): void {
      note = null;
    },
    rest: () => noted,
  };
}

/** Writes to the terminal and to the timeline of the deployment that tries the version. */
export async function noteFirstError({ tell, onFailure }: Listener, { ports, found }: Note): Promise<void> {
  try {
    const { functionName, version, what, stack, printed } = found;
    const owner = (await ports.services.list()).find(({ spec }) => calledAs(spec.target).functionName === functionName);
    const lines = [...stack, ...printed.map((line) => `| ${line}`)].map((line) => `\n    ${line}`);
    tell?.(owner?.name ?? functionName, `version ${version} has failed for the first time: ${what}${lines.join('')}`);
    if (owner === undefined) return;
    await recordFirstError(ports, { target: owner.spec.target, version, because: firstErrorInWords(found) });
  } catch (error) {
    onFailure('the first error of a version', error);
  }
}
