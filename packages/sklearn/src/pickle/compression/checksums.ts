/** The checksums of compressed formats: CRC-32 in both bit orders, CRC-64 of xz, and xxHash32. */

/** CRC-32 of IEEE 802.3, reflected: xz. */
const CRC32_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xed_b8_83_20 : 0);
  return crc;
});

/** The same polynomial with the highest bit first: bzip2. */
const CRC32_HIGH_FIRST_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04_c1_1d_b7 : 0);
  return crc;
});

/** CRC-64 of ECMA-182, reflected, as (low, high) pairs. */
const CRC64_TABLE = new Uint32Array(512);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) {
      low ^= 0xd7_87_0f_42;
      high ^= 0xc9_6c_57_95;
    }
  }
  CRC64_TABLE[2 * byte] = low;
  CRC64_TABLE[2 * byte + 1] = high;
}

export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC32_TABLE[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

export function crc32HighFirst(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc << 8) ^ CRC32_HIGH_FIRST_TABLE[(crc >>> 24) ^ bytes[i]!]!;
  return ~crc >>> 0;
}

/** The 8 bytes as a file has them, lowest first. */
export function crc64(bytes: Uint8Array): Uint8Array {
  let low = -1;
  let high = -1;
  for (let i = 0; i < bytes.length; i++) {
    const at = 2 * ((low ^ bytes[i]!) & 0xff);
    low = ((low >>> 8) | (high << 24)) ^ CRC64_TABLE[at]!;
    high = (high >>> 8) ^ CRC64_TABLE[at + 1]!;
  }
  const result = new DataView(new ArrayBuffer(8));
  result.setUint32(0, ~low, true);
  result.setUint32(4, ~high, true);
  return new Uint8Array(result.buffer);
}

const PRIME_1 = 0x9e_37_79_b1;
const PRIME_2 = 0x85_eb_ca_77;
const PRIME_3 = 0xc2_b2_ae_3d;
const PRIME_4 = 0x27_d4_eb_2f;
const PRIME_5 = 0x16_56_67_b1;

/** xxHash32 with seed 0. */
export function xxHash32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash: number = PRIME_5;
  if (bytes.length >= 16) {
    const lanes = Int32Array.of(PRIME_1 + PRIME_2, PRIME_2, 0, -PRIME_1);
    for (; at + 16 <= bytes.length; at += 16) {
      for (let k = 0; k < 4; k++) {
        const mixed = (lanes[k]! + Math.imul(view.getUint32(at + 4 * k, true), PRIME_2)) | 0;
        lanes[k] = Math.imul(rotateLeft(mixed, 13), PRIME_1);
      }
    }
    hash = 0;
    for (const [k, turn] of [1, 7, 12, 18].entries()) hash = (hash + rotateLeft(lanes[k]!, turn)) | 0;
  }
  hash = (hash + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4) {
    hash = (hash + Math.imul(view.getUint32(at, true), PRIME_3)) | 0;
    hash = Math.imul(rotateLeft(hash, 17), PRIME_4);
  }
  for (; at < bytes.length; at++) {
    hash = Math.imul(rotateLeft((hash + Math.imul(bytes[at]!, PRIME_5)) | 0, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
