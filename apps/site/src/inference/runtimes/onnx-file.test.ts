import { describe, expect, test } from 'vitest';
import { ONNX_MODELS, readOnnxBytes } from '../../../fixtures/onnx-cases.ts';
import { readOnnxFile } from './onnx-file.ts';
import { encodeField, encodeNumberField } from './protobuf-fields.ts';

function message(...fields: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(fields));
}

/** A model whose graph is the given one. */
function modelOf(graph: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return message(encodeField(7, graph));
}

const external = message(encodeNumberField(14, 1), encodeField(13, new Uint8Array(0)));
const inAttribute = message(encodeField(1, message(encodeField(5, message(encodeField(5, external))))));

test('names who wrote a file, and its operators', () => {
  expect(readOnnxFile(readOnnxBytes('zip-map'))).toMatchObject({
    writtenBy: 'skl2onnx 1.20.0',
    operators: new Set(['LinearClassifier', 'Normalizer', 'Cast', 'ZipMap']),
  });
  expect(readOnnxFile(readOnnxBytes('loop')).operators).toEqual(
    new Set(['Squeeze', 'Loop', 'Identity', 'Add']),
  );
});

/** An input of floats, with the given shape or none. */
function inputOf(...shape: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const tensor = message(encodeNumberField(1, 1), ...shape);
  const name = new TextEncoder().encode('x');
  return message(
    encodeField(11, message(encodeField(1, name), encodeField(2, message(encodeField(1, tensor))))),
  );
}

test('an input without sizes is a number; one without a shape is nothing that could be checked', () => {
  const number = inputOf(encodeField(2, new Uint8Array(0)));
  expect(readOnnxFile(modelOf(number)).operators.size).toBe(0);
  expect(() => readOnnxFile(modelOf(inputOf()))).toThrow('its input "x" states no shape');
});

describe('refuses', () => {
  let deep: Uint8Array<ArrayBuffer> = message();
  for (let level = 0; level < 40; level++) {
    deep = message(encodeField(1, message(encodeField(5, message(encodeField(6, deep))))));
  }
  test.each([
    ['weights in another file', modelOf(message(encodeField(5, external))), /keeps weights in another file/],
    ['weights of an attribute in another file', modelOf(inAttribute), /keeps weights in another file/],
    ['graphs nested too deeply', modelOf(deep), /nested more than 32 deep/],
    ['an empty file', message(), /holds no graph/],
    ['a pickle', new Uint8Array(Buffer.from('\x80\x05\x95\x10\x00', 'latin1')), /damaged, or no ONNX file/],
    ['a text', new Uint8Array(Buffer.from('{"model": 1}')), /damaged, or no ONNX file/],
  ])('%s', (_, bytes, reason) => {
    expect(() => readOnnxFile(bytes)).toThrow(
      expect.objectContaining({ code: 'MODEL_BROKEN', message: expect.stringMatching(reason) }),
    );
  });

  test('a file that is cut off anywhere, or reads it as the shorter file that it is', () => {
    for (const name of ONNX_MODELS) {
      const bytes = readOnnxBytes(name);
      for (let length = 0; length < bytes.length; length += 1 + (bytes.length >> 6)) {
        try {
          readOnnxFile(bytes.subarray(0, length));
        } catch (error) {
          expect(error).toMatchObject({ code: 'MODEL_BROKEN' });
        }
      }
    }
  });
});
