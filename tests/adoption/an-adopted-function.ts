/** A small project in `projects`, as its team has it, in the twin of the cloud. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { eventsOf, folderOf, sourceOf } from '../../src/embedded/rehearsed-source.ts';
import { type RehearsalCloud, rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { eventPicker } from '../../src/twin/handlers/event-picker.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { realScheduler } from '../../src/twin/scheduler.ts';

export const PROJECTS = fileURLToPath(new URL('./projects', import.meta.url));

/** The project's file `slipway.yml` says how it runs. `projects` is the folder that contains the project. */
export async function anAdoptedFunction(name: string, projects = PROJECTS) {
  const file = join(projects, name, 'slipway.yml');
  const { target, rehearsal } = readServiceFile(file);
  if (target.kind !== 'lambda' || rehearsal?.handler === undefined) throw new Error(`${name} is no function.`);
  const { environment = {}, timeoutSeconds = 3, handler } = rehearsal;
  const source = sourceOf(rehearsal, folderOf(file));
  const cloud = rehearsalCloud({ scheduler: realScheduler(), random: seededRandom(1), mode: 'real', root: projects });
  const artifact = { s3: { bucket: 'local', key: handler } };
  const settings = { name: target.function, source, environment, timeoutMs: timeoutSeconds * 1_000 };
  const put = () => cloud.putHandler({ ...settings, alias: target.alias, artifact });
  await put();
  const events = eventsOf(rehearsal, source.bases) ?? { weights: { http: 1 }, bases: [] };
  return { cloud, target, put, call: callerOf(cloud, { target, pick: eventPicker(events) }) };
}

interface Called {
  readonly target: { readonly function: string; readonly alias: string };
  readonly pick: ReturnType<typeof eventPicker>;
}

function callerOf(cloud: RehearsalCloud, { target, pick }: Called) {
  const random = seededRandom('events');
  return (number = 1, qualifier = target.alias) => {
    const event = pick(random, { number, at: Date.UTC(2030, 0, 1) });
    return cloud.invoke({ functionName: target.function, qualifier, event });
  };
}
