/**
 * Puts the nearest rows in order, nearest first, as scikit-learn does. The order of equally near ones is whatever
 * these sorts leave, and scikit-learn 1.9 has another sort than those before.
 */
import type { NeighborHeap } from './neighbor-heap.ts';

export type Sort = (found: NeighborHeap) => void;

/** Parts still to be sorted: three numbers each. Kept, so that sorting allocates nothing. */
const open: number[] = [];

/** Shorter parts are sorted by insertion from 1.9 on. */
const INSERTION_LENGTH_MAX = 15;

/** Up to 1.8: quicksort around the median of the first, middle and last, from the left. */
export function sortByQuicksort(found: NeighborHeap): void {
  const { distances } = found;
  open.push(0, distances.length);
  while (open.length > 0) {
    const end = open.pop()!;
    const first = open.pop()!;
    const length = end - first;
    if (length < 2) continue;
    if (length < 4) {
      order(found, first, first + 1);
      if (length === 3 && order(found, first + 1, first + 2)) order(found, first, first + 1);
      continue;
    }
    const last = end - 1;
    const pivot = medianToEnd(found, first, last);
    let store = first;
    for (let i = first; i < last; i++) {
      if (distances[i]! < pivot) swap(found, i, store++);
    }
    swap(found, store, last);
    open.push(first, store, store + 1, end);
  }
}

/** From 1.9 on: quicksort from both ends, insertion for short parts, a heap where it goes wrong. */
export function sortByIntrosort(found: NeighborHeap): void {
  const size = found.distances.length;
  open.push(0, size, 2 * Math.floor(Math.log2(size)));
  while (open.length > 0) {
    const depth = open.pop()!;
    const end = open.pop()!;
    const first = open.pop()!;
    if (end - first <= INSERTION_LENGTH_MAX) {
      sortByInsertion(found, first, end);
    } else if (depth <= 0) {
      sortByHeap(found, first, end);
    } else {
      const pivot = partitionFromBothEnds(found, first, end - 1);
      open.push(first, pivot, depth - 1, pivot + 1, end, depth - 1);
    }
  }
}

function partitionFromBothEnds(found: NeighborHeap, first: number, last: number): number {
  const { distances } = found;
  const pivot = medianToEnd(found, first, last);
  let i = first + 1;
  let j = last - 1;
  while (true) {
    while (i <= j && distances[i]! < pivot) i++;
    while (i <= j && distances[j]! > pivot) j--;
    if (i >= j) break;
    swap(found, i++, j--);
  }
  swap(found, i, last);
  return i;
}

function sortByInsertion({ distances, indices }: NeighborHeap, first: number, end: number): void {
  for (let i = first + 1; i < end; i++) {
    const distance = distances[i]!;
    const index = indices[i]!;
    let j = i;
    for (; j > first && distances[j - 1]! > distance; j--) {
      distances[j] = distances[j - 1]!;
      indices[j] = indices[j - 1]!;
    }
    distances[j] = distance;
    indices[j] = index;
  }
}

function sortByHeap(found: NeighborHeap, first: number, end: number): void {
  const length = end - first;
  for (let root = (length - 2) >> 1; root >= 0; root--) siftDown(found, first, root, length);
  for (let last = length - 1; last > 0; last--) {
    swap(found, first, first + last);
    siftDown(found, first, 0, last);
  }
}

function siftDown(found: NeighborHeap, first: number, from: number, length: number): void {
  const { distances } = found;
  let root = from;
  while (true) {
    const child = 2 * root + 1;
    let largest = root;
    if (child < length && distances[first + largest]! < distances[first + child]!) largest = child;
    if (child + 1 < length && distances[first + largest]! < distances[first + child + 1]!)
      largest = child + 1;
    if (largest === root) return;
    swap(found, first + root, first + largest);
    root = largest;
  }
}

/** Of the first, middle and last the smallest goes first, the largest to the middle, and the median, returned, last. */
function medianToEnd(found: NeighborHeap, first: number, last: number): number {
  const middle = first + ((last - first + 1) >> 1);
  order(found, first, last);
  if (order(found, last, middle)) order(found, first, last);
  return found.distances[last]!;
}

/** Swaps two if the first is larger; says whether it did. */
function order(found: NeighborHeap, a: number, b: number): boolean {
  const swaps = found.distances[a]! > found.distances[b]!;
  if (swaps) swap(found, a, b);
  return swaps;
}

function swap({ distances, indices }: NeighborHeap, a: number, b: number): void {
  const distance = distances[a]!;
  distances[a] = distances[b]!;
  distances[b] = distance;
  const index = indices[a]!;
  indices[a] = indices[b]!;
  indices[b] = index;
}
