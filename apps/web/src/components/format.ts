/** Numbers and names as people read them; the one place where the page decides on digits and words. */

/** Three significant digits, never more than two decimals: what a calliper shows. */
function formatNumber(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : size >= 0.01 ? 2 : undefined;
  if (decimals === undefined) return value.toPrecision(2);
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: decimals });
}

export function formatLength(lengthMm: number): string {
  return `${formatNumber(lengthMm)} mm`;
}

export function formatSize(sizeMm: readonly number[]): string {
  return `${sizeMm.map(formatNumber).join(' × ')} mm`;
}

/** Writes areas as large as this and smaller ones beside it in one unit: cm² from 10 cm² on. */
export function areaFormat(largestMm2: number): (areaMm2: number) => string {
  return Math.abs(largestMm2) >= 1000
    ? (areaMm2) => `${formatNumber(areaMm2 / 100)} cm²`
    : (areaMm2) => `${formatNumber(areaMm2)} mm²`;
}

/** Writes volumes as large as this and smaller ones beside it in one unit: cm³ from 10 cm³ on. */
export function volumeFormat(largestMm3: number): (volumeMm3: number) => string {
  return Math.abs(largestMm3) >= 10_000
    ? (volumeMm3) => `${formatNumber(volumeMm3 / 1000)} cm³`
    : (volumeMm3) => `${formatNumber(volumeMm3)} mm³`;
}

export function formatArea(areaMm2: number): string {
  return areaFormat(areaMm2)(areaMm2);
}

export function formatVolume(volumeMm3: number): string {
  return volumeFormat(volumeMm3)(volumeMm3);
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes} bytes`;
  return sizeBytes < 1e6 ? `${formatNumber(sizeBytes / 1e3)} kB` : `${formatNumber(sizeBytes / 1e6)} MB`;
}

/** A cosine as 0 to 100; what is less than unrelated is 0. */
export function scoreOf(cosine: number): number {
  return Math.min(100, Math.max(0, cosine * 100));
}

/** One decimal, rounded down: 100 is kept for what is alike to the last digit shown. */
export function formatScore(cosine: number): string {
  return (Math.floor(scoreOf(cosine) * 10 + 1e-6) / 10).toFixed(1);
}

/** `under 1 %` and `over 99 %` in place of the certainty that 0 and 100 would claim. */
export function formatProbability(probability: number): string {
  if (probability < 0.005) return '< 1 %';
  return probability > 0.995 ? '> 99 %' : `${Math.round(probability * 100)} %`;
}

/** Written in capitals among words: the packages and mountings of electronics, and the names of the API. */
const ACRONYMS = /\b(api|bga|dfn|dip|jst|led|openapi|qfp|rf|sip|smd|so)\b/g;

/** `hexagon-socket-screw` as `Hexagon socket screw`, `qfp-package` as `QFP package`. */
export function formatName(identifier: string): string {
  const words = identifier
    .replaceAll(/[-_]+/g, ' ')
    .trim()
    .replaceAll(ACRONYMS, (word) => (word === 'openapi' ? 'OpenAPI' : word.toUpperCase()));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `widthMm` as `Width (mm)`, `thread_pitch` as `Thread pitch`: keys of attributes are written by many hands. */
export function formatAttributeName(key: string): string {
  const unit = /(?:Mm|_mm)$/.test(key) ? ' (mm)' : '';
  const words = key
    .replace(/(?:Mm|_mm)$/, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  return `${formatName(words)}${unit}`;
}

/** Messages of the site as sentences: they come as `the surface is not closed`. */
export function formatSentence(message: string): string {
  const text = message.trim();
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
