/** Sets the scene of a function that runs a real handler, and reports its state. `npm start` and tests use it. */
import type { Artifact } from '../../domain/deployment/deployment.ts';
import type { Load } from '../world/world.ts';
import type { Account } from './account.ts';
import { type NewFunction, putHandler } from './first-version.ts';

/** Another tool deploys: it puts its code in `$LATEST` and publishes no version. */
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
    /** Puts modelled code, at once. */
    putLatest: ({ functionName, artifact }: Uploaded) =>
      lambda.updateCode({ functionName, code: code.modelled(artifact) }),
    /** Puts a real handler. */
    async putLatestHandler({ functionName, artifact }: Uploaded): Promise<void> {
      lambda.updateCode({ functionName, code: await code.put(artifact, code.sourceOf(functionName)) });
    },
    putHandler: (wanted: NewFunction) => putHandler(account, wanted),
    firstErrors: errors,
    /** Returns the version that gets the calls that no weight takes; null when the alias does not exist. */
    liveVersion: ({ functionName, alias }: Called): string | null =>
      world.functions[functionName]?.aliases[alias]?.functionVersion ?? null,
    /** Stops the calls through the alias, and ends the instances of its function. */
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
