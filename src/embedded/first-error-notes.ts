/** The first error of each version of a service: told in the terminal, and put into the timeline of the deployment that tries it. */
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

/** The cloud that hears of them comes first, and the store that they are recorded in later; it goes first, too. */
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
    /** What is called while everything stops fails for that reason alone. */
    end(): void {
      note = null;
    },
    rest: () => noted,
  };
}

/** To the terminal, and into the timeline of the deployment that tries the version. */
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
