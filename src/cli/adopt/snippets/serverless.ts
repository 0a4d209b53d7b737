/** For serverless.yml: one file under `resources`, whose `extensions` change what the framework makes. */
import { stringify } from 'yaml';
import type { Adoption } from '../adoption.ts';
import { stringOf } from '../intrinsic-values.ts';
import type { Snippet } from '../snippet.ts';
import { alarmResources, aliasResources, partNames, tagsWithManaged, triggerChanges } from './template-parts.ts';

const FILE = 'slipway-resources.yml';
const HEAD = `# What Slipway needs of this stack. Made by slipway init; serverless.yml names it under resources.
# The first version and the alias are made once and never edited: an update of the alias would undo what Slipway released.
`;

export function serverlessSnippet(adoption: Adoption): Snippet | null {
  const { Resources, extensions } = resourcesFile(adoption);
  const parts = {
    ...(Object.keys(Resources).length === 0 ? {} : { Resources }),
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  };
  const steps = stepsFor(adoption);
  if (Object.keys(parts).length === 0) return steps.length === 0 ? null : { steps, text: null, suggestedFile: FILE };
  const name = `In serverless.yml, name the file under resources, which is a list then:  - \${file(${FILE})}. What is there already goes into the list below it, as  - Resources: ...`;
  const text = HEAD + stringify(parts, { lineWidth: 0, aliasDuplicateObjects: false });
  return { steps: [...steps, name], text, suggestedFile: FILE };
}

function stepsFor({ publishes, found }: Adoption): string[] {
  const isProvisioned = found.aliases.some(({ provisionedConcurrency }) => provisionedConcurrency);
  const movers = found.aliases
    .filter(({ provisionedConcurrency, movedBecause }) => !provisionedConcurrency && movedBecause !== null)
    .map(({ name }) => name);
  return [
    ...(publishes ? ['In serverless.yml, under provider:  versionFunctions: false'] : []),
    ...(movers.length > 0
      ? [`Take the plugin out that makes the alias ${movers.join(', ')}, in the same deployment.`]
      : []),
    ...(isProvisioned ? ['In serverless.yml, take provisionedConcurrency off the function.'] : []),
  ];
}

function resourcesFile(adoption: Adoption) {
  const { alias, found, isTagged } = adoption;
  const isNew = alias === null;
  const own = {
    ...(isTagged ? {} : { Tags: tagsWithManaged(adoption) }),
    ...(isNew && found.versions.length > 0 ? { Description: newDescription(found.properties.Description) } : {}),
  };
  return {
    Resources: { ...(isNew ? aliasResources(adoption) : {}), ...alarmResources(adoption) },
    extensions: {
      ...(Object.keys(own).length === 0 ? {} : { [found.id]: { Properties: own } }),
      ...triggerChanges(adoption, alias?.id ?? partNames(adoption).alias),
    },
  };
}

/**
 * Lambda publishes nothing when nothing has changed. Without a new description, the first version would be one that the
 * stack has already.
 */
function newDescription(description: unknown): string {
  const before = stringOf(description);
  return before === null ? 'Deployed by Slipway' : `${before} (deployed by Slipway)`;
}
