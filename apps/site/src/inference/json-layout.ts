/** Where things stand in the memory of the reader of numbers. It has one size for ever. */

/** 64 KiB each. */
export const PAGES = 6;

/** Powers of ten from the 0th on: as float64 up to the 22nd, and as integers up to the 19th. */
export const FLOATS_ADDRESS = 8;
export const EXACT_POWER = 22;
export const INTEGERS_ADDRESS = 256;
export const DIGITS_MAX = 19;

/** Powers of ten from -POWER_MAX to POWER_MAX, of each its highest 64 bits. */
export const POWERS_ADDRESS = 512;
export const POWER_MAX = 64;

/** What a call says: where it stopped, where it would write next, and whether a bracket ends the list there. */
export const STATE_ADDRESS = 2048;

/** A piece of the text, and behind it a zero. */
export const TEXT_ADDRESS = 4096;
export const TEXT_BYTES: number = 2 ** 16;

/** What is read, and before the end of the memory more room than the text has numbers: each has a comma. */
export const NUMBERS_ADDRESS: number = TEXT_ADDRESS + TEXT_BYTES + 64;
