/** Text columns that each hold one JSON document. src/store/documents.ts has the schemas. */
import { customType } from 'drizzle-orm/pg-core';
import {
  parseArtifact,
  parseBaseline,
  parseCounts,
  parseData,
  parseFingerprints,
  parseHeaders,
  parseNames,
  parseProgress,
  parseSignal,
  parseSpec,
  parseStageRuns,
  parseSteps,
} from './documents.ts';

export const specText = jsonText(parseSpec);
export const artifactText = jsonText(parseArtifact);
export const stepsText = jsonText(parseSteps);
export const progressText = jsonText(parseProgress);
export const signalText = jsonText(parseSignal);
export const baselineText = jsonText(parseBaseline);
export const fingerprintsText = jsonText(parseFingerprints);
export const countsText = jsonText(parseCounts);
export const stageRunsText = jsonText(parseStageRuns);
export const namesText = jsonText(parseNames);
export const dataText = jsonText(parseData);
export const headersText = jsonText(parseHeaders);

function jsonText<T>(parse: (text: string) => T) {
  return customType<{ data: T; driverData: string }>({
    dataType: () => 'text',
    // Null comes here only from a placeholder, and must stay SQL's null; the driver never passes a null of the
    // database.
    toDriver: (value) => (value === null ? (null as never) : JSON.stringify(value)),
    fromDriver: parse,
  });
}
