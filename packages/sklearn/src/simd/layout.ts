/** Where things stand in the memory of the kernels. It has one size for ever, and nothing in it outlives a call. */

/** 64 KiB each: four megabytes, which is what the blocks below need. */
export const SCRATCH_PAGES = 64;

/** The powers of the 128th root of two, which the exponential looks up; the factor of its arguments, and what tells of finite numbers. */
export const POWERS_OF_ROOT_ADDRESS = 0;
export const FACTOR_ADDRESS = 1024;
/** Where a search says how far it wrote. */
export const FOUND_ADDRESS = 1040;

/** A block of the rows of Y, and of the numbers added to the sums with each of them. */
export const Y_ADDRESS = 2048;
export const Y_BYTES: number = 2 ** 20;
export const OTHERS_MAX = 4096;
export const BIAS_ADDRESS: number = Y_ADDRESS + Y_BYTES;
/** What is taken from each row of X: as many numbers as four turned rows have room for. */
export const SHIFT_ADDRESS: number = BIAS_ADDRESS + 8 * OTHERS_MAX;
/** A block of the rows of X, and four of them turned. */
export const X_ADDRESS: number = SHIFT_ADDRESS + 2 ** 16;
export const X_BYTES: number = 2 ** 19;
export const PANEL_ADDRESS: number = X_ADDRESS + X_BYTES;
export const PANEL_BYTES: number = 2 ** 18;
/** What comes of a block of each. */
export const OUT_ADDRESS: number = PANEL_ADDRESS + PANEL_BYTES;
export const OUT_BYTES: number = SCRATCH_PAGES * 2 ** 16 - OUT_ADDRESS;

/** Behind a tree in the place of Y's rows: rows that walk down it, and a leaf for each. */
export const ROWS_BYTES: number = SCRATCH_PAGES * 2 ** 16 - X_ADDRESS;
/** As many rows walk side by side, and so many leaves are written at once. */
export const ROWS_ABREAST = 8;

/** While nearest rows are searched, in place of sums: the least distance of so many others is kept, for eight rows. */
export const MINIMUM_ROWS = 32;
export const MINIMA_ADDRESS: number = OUT_ADDRESS + 4 * ROWS_ABREAST * OTHERS_MAX;
export const BOUNDS_ADDRESS: number = MINIMA_ADDRESS + (4 * ROWS_ABREAST * OTHERS_MAX) / MINIMUM_ROWS;
/** Two words for each other that is near. */
export const NEAR_ADDRESS: number = BOUNDS_ADDRESS + 4 * ROWS_ABREAST;
