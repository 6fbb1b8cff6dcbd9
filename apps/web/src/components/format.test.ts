import { describe, expect, test } from 'vitest';
import {
  formatArea,
  formatAttributeName,
  formatBytes,
  formatLength,
  formatName,
  formatProbability,
  formatScore,
  formatSentence,
  formatSize,
  formatVolume,
  scoreOf,
} from './format.ts';

test('lengths have the digits a calliper shows', () => {
  expect(formatLength(0)).toBe('0 mm');
  expect(formatLength(0.0034)).toBe('0.0034 mm');
  expect(formatLength(2.999)).toBe('3 mm');
  expect(formatLength(12.345)).toBe('12.3 mm');
  expect(formatLength(1234.5)).toBe('1,235 mm');
  expect(formatSize([6, 10, 26.24])).toBe('6 × 10 × 26.2 mm');
});

test('areas and volumes change to centimetres where millimetres get long', () => {
  expect(formatArea(999)).toBe('999 mm²');
  expect(formatArea(2500)).toBe('25 cm²');
  expect(formatVolume(9999)).toBe('9,999 mm³');
  expect(formatVolume(12_500)).toBe('12.5 cm³');
});

describe('scores', () => {
  test('run from 0 to 100', () => {
    expect(scoreOf(-0.4)).toBe(0);
    expect(scoreOf(1.0000001)).toBe(100);
  });
  test('never round up to a perfect hundred', () => {
    expect(formatScore(0.99999)).toBe('99.9');
    expect(formatScore(1)).toBe('100.0');
    expect(formatScore(0.999)).toBe('99.9');
  });
});

test('probabilities never claim certainty', () => {
  expect(formatProbability(0.0001)).toBe('< 1 %');
  expect(formatProbability(0.9999)).toBe('> 99 %');
  expect(formatProbability(0.425)).toBe('43 %');
});

test('names are words', () => {
  expect(formatName('hexagon-socket-screw')).toBe('Hexagon socket screw');
  expect(formatName('qfp-package')).toBe('QFP package');
  expect(formatName('socket-weld-flange')).toBe('Socket weld flange');
  expect(formatName('openapi')).toBe('OpenAPI');
  expect(formatName('')).toBe('');
  expect(formatAttributeName('threadPitchMm')).toBe('Thread pitch (mm)');
  expect(formatAttributeName('length_mm')).toBe('Length (mm)');
  expect(formatAttributeName('standard')).toBe('Standard');
});

test('bytes', () => {
  expect(formatBytes(84)).toBe('84 bytes');
  expect(formatBytes(12_345)).toBe('12.3 kB');
  expect(formatBytes(64_000_000)).toBe('64 MB');
});

test('messages become sentences once', () => {
  expect(formatSentence('the surface is not closed')).toBe('The surface is not closed.');
  expect(formatSentence('Is it metres?')).toBe('Is it metres?');
});
