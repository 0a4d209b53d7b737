/**
 * Reads manifests, in YAML or JSON, as objects. Errors say where a manifest is wrong, but never quote it: it may be a
 * Secret.
 */
import { LineCounter, parseAllDocuments, type Tags } from 'yaml';
import { SlipwayError } from '../domain/errors.ts';
import type { ClusterObject } from '../domain/workload/cluster-object.ts';
import { ClusterObjectShape } from './kubectl-objects.ts';

export interface Manifests {
  readonly text: string;
  /** The name of the file in messages. */
  readonly where: string;
}

/** Returns the objects in their order. A List gives the objects in it; an empty document gives none. */
export function readManifests({ text, where }: Manifests): readonly ClusterObject[] {
  return documentsIn({ text, where }).flatMap((document, index) => {
    const place = index === 0 ? where : `${where}, document ${index + 1}`;
    return itemsOf(document).map((item) => objectIn(item, place));
  });
}

function documentsIn({ text, where }: Manifests): readonly unknown[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    customTags: asKubernetesReads,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    // A warning is about a tag that has no meaning here, such as `!!binary`, and that changes the meaning.
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw unfit(`${where}, line ${line}, column ${col}, cannot be read as YAML (${error.code})`);
    }
    try {
      return document.toJS({ maxAliasCount: 100 });
    } catch {
      throw unfit(`${where} repeats its anchors too often`);
    }
  });
}

const OCTAL = { tag: 'tag:yaml.org,2002:int', default: true, test: /^0o[0-7]+$/, resolve: Number } as const;

/** YAML 1.1: `yes` is true, and 0644 is octal. Times such as 12:30, and values that JSON does not have, stay text. */
function asKubernetesReads(tags: Tags): Tags {
  const known = tags.filter((tag) => {
    if (typeof tag === 'string') return true;
    const isTime = 'format' in tag && tag.format === 'TIME';
    const isInfinite = 'test' in tag && tag.test?.test('.inf') === true;
    return !isTime && !isInfinite && !/:(timestamp|binary|set|omap|pairs)$/.test(tag.tag);
  });
  return [OCTAL, ...known];
}

function itemsOf(document: unknown): readonly unknown[] {
  if (document === null || document === undefined) return [];
  const isList = typeof document === 'object' && 'items' in document && 'kind' in document;
  return isList && /List$/.test(String(document.kind)) && Array.isArray(document.items) ? document.items : [document];
}

function objectIn(item: unknown, place: string): ClusterObject {
  const result = ClusterObjectShape.safeParse(withoutEmptyMetadata(item));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') || 'apiVersion, kind and metadata';
  throw unfit(`${place} has no valid ${field}`);
}

/** Removes a field such as `labels:` without a value, which the API server takes for no labels. */
function withoutEmptyMetadata(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || !('metadata' in item)) return item;
  const { metadata } = item;
  if (typeof metadata !== 'object' || metadata === null) return item;
  return { ...item, metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null)) };
}

function unfit(fact: string): SlipwayError {
  return new SlipwayError('InvalidRequest', `${fact}. Correct the manifest.`);
}
