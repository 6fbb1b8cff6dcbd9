/** RGBA pixels as a PNG file. Node only: it compresses with `node:zlib`. */
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOUR_PALETTE = 3;
const COLOUR_RGBA = 6;

/**
 * With a palette where the picture has at most 256 colours, which halves thumbnails; else as it is.
 * Throws RangeError where the pixels do not fill width times height.
 */
export function encodePng(rgba: Uint8Array, width: number, height: number): Uint8Array {
  if (rgba.length !== width * height * 4) {
    throw new RangeError(`${width} x ${height} pixels take ${width * height * 4} bytes, not ${rgba.length}`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample
  const palette = findPalette(rgba);
  header[9] = palette === null ? COLOUR_RGBA : COLOUR_PALETTE;
  const rows = palette === null ? withFilterBytes(rgba, width * 4) : withFilterBytes(palette.numbers, width);
  const chunks = [SIGNATURE, chunk('IHDR', header)];
  if (palette !== null) chunks.push(chunk('PLTE', palette.rgb), chunk('tRNS', palette.alpha));
  chunks.push(chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0)));
  return Buffer.concat(chunks);
}

interface Palette {
  readonly rgb: Buffer;
  /** As many as are not opaque: transparent colours come first. */
  readonly alpha: Buffer;
  /** The colour number of every pixel. */
  readonly numbers: Uint8Array;
}

/** Colours sorted by transparency and lightness, so that like neighbours have like numbers; null above 256. */
function findPalette(rgba: Uint8Array): Palette | null {
  const view = new DataView(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  const seen = new Set<number>();
  for (let at = 0; at < rgba.length; at += 4) {
    seen.add(view.getUint32(at));
    if (seen.size > 256) return null;
  }
  const colours = [...seen].sort((a, b) => (a & 0xff) - (b & 0xff) || a - b);
  const numberOf = new Map(colours.map((colour, number) => [colour, number]));
  const numbers = new Uint8Array(rgba.length / 4);
  for (let at = 0; at < rgba.length; at += 4) numbers[at / 4] = numberOf.get(view.getUint32(at))!;
  return {
    rgb: Buffer.from(
      colours.flatMap((colour) => [colour >>> 24, (colour >>> 16) & 0xff, (colour >>> 8) & 0xff]),
    ),
    alpha: Buffer.from(colours.map((colour) => colour & 0xff).filter((alpha) => alpha < 255)),
    numbers,
  };
}

/** Every row begins with its filter: none, which suits palettes. */
function withFilterBytes(values: Uint8Array, rowBytes: number): Buffer {
  const rows = values.length / rowBytes;
  const filtered = Buffer.alloc(values.length + rows);
  for (let row = 0; row < rows; row++) {
    filtered.set(values.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1);
  }
  return filtered;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
