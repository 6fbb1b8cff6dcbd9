/** What every reader refuses to exceed, whatever a file says of itself. */

/** 256 MiB: a binary STL of 5.3 million triangles; the largest of 170 files found in public projects had 4 MB. */
export const FILE_BYTES_MAX: number = 256 * 1024 * 1024;

/** 5 million: fifty times the largest mesh found in public projects; above it, memory passes a gigabyte. */
export const TRIANGLES_MAX = 5_000_000;

/** 1 MiB: an OBJ polygon of 50,000 corners; a longer line is not a text format at all. */
export const LINE_BYTES_MAX: number = 1024 * 1024;

/** 400 characters: a printed double needs 25, and one with all digits written out before the point 309. */
export const NUMBER_BYTES_MAX = 400;
