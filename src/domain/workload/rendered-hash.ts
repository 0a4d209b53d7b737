/**
 * Short names for content: the same text has the same hash everywhere and for ever, because objects in clusters are
 * named by it. Pure and quick; not cryptographic, so it is no defence against somebody who wants two texts to meet.
 */

/**
 * 12 hex digits, the low 48 bits of cyrb53 (bryc, https://github.com/bryc/code, public domain): two 32-bit lanes over
 * the UTF-16 units of the text, mixed into each other as MurmurHash3 ends. Two given texts share a hash with a chance of
 * 2^-48, 4e-15; among 1,000 versions of one workload some two do with 2e-9, among 1,000,000 with 2e-3.
 */
export function contentHash(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  const mixedLow = mix(low) ^ cross(high);
  const mixedHigh = mix(high) ^ cross(mixedLow);
  return hex(mixedHigh).slice(-4) + hex(mixedLow);
}

function mix(lane: number): number {
  return Math.imul(lane ^ (lane >>> 16), 2246822507);
}

function cross(lane: number): number {
  return Math.imul(lane ^ (lane >>> 13), 3266489909);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}
