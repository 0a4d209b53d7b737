/** By what `npm start` and tests set the scene of a function that runs a real handler, and see how it fares. */
import type { Artifact } from '../../domain/deployment/deployment.ts';
import type { Load } from '../world/world.ts';
import type { Account } from './account.ts';
import { type NewFunction, putHandler } from './first-version.ts';

/** Another tool deploys: its code is in `$LATEST`, and no version is published from it. */
interface Uploaded {
  readonly functionName: string;
  readonly artifact: Artifact;
}

interface Called {
  readonly functionName: string;
  readonly alias: string;
}

export function handlerScene(account: Account, { setLoad }: { readonly setLoad: (wanted: Load) => void }) {
  const { world, code, errors, dataPlane, lambda, save } = account;
  return {
    /** Modelled code, at once. */
    putLatest: ({ functionName, artifact }: Uploaded) =>
      lambda.updateCode({ functionName, code: code.modelled(artifact) }),
    /** A real handler. */
    async putLatestHandler({ functionName, artifact }: Uploaded): Promise<void> {
      lambda.updateCode({ functionName, code: await code.put(artifact, code.sourceOf(functionName)) });
    },
    putHandler: (wanted: NewFunction) => putHandler(account, wanted),
    /** Throws when there is no such code for a new version of the function. */
    requireCode: code.require,
    firstErrors: errors,
    /** The version that gets the calls that no weight takes; null where there is no such alias. */
    liveVersion: ({ functionName, alias }: Called): string | null =>
      world.functions[functionName]?.aliases[alias]?.functionVersion ?? null,
    /** Nobody calls the alias any more, and the instances of its function end. */
    async stopLoad({ functionName, alias }: Called): Promise<void> {
      const key = `${functionName}:${alias}`;
      if (world.loads[key] === undefined) return;
      setLoad({ functionName, alias, requestsPerSecond: 0 });
      delete world.loads[key];
      save();
      await dataPlane.forget(functionName);
    },
  };
}
