/**
 * NumPy's `argpartition` and `argsort`, step by step: which of equal numbers they take, and in which order, follows
 * from these steps. They are those that NumPy takes without AVX-512 or AVX2, as on ARM; NaN comes last.
 */

/** Shorter parts are sorted by insertion. */
const INSERTION_LENGTH_MAX = 15;
/** The first few are picked one by one. */
const PICKED_MAX = 3;
/** Of parts that are split badly, the medians of so many are split at. */
const GROUP = 5;

/** Puts the numbers of `order` that stand for the `kth` smallest value and those below before all others. */
export function partition(values: Float64Array, order: Int32Array, count: number, kth: number): void {
  if (kth >= PICKED_MAX && kth === count - 1) moveLargest(values, order, count);
  else select(values, order, 0, count, kth);
}

function select(values: Float64Array, order: Int32Array, start: number, count: number, kth: number): void {
  if (kth < PICKED_MAX) {
    pickSmallest(values, order, start, count, kth);
    return;
  }
  let low = start;
  let high = start + count - 1;
  let depth = 2 * Math.floor(Math.log2(count));
  const target = start + kth;
  while (low + 1 < high) {
    let left = low + 1;
    let right = high;
    if (depth > 0 || right - left < GROUP) {
      medianToLow(values, order, low, low + Math.floor((high - low) / 2), high);
    } else {
      const median = left + medianOfMedians(values, order, left, right - left);
      swap(order, median, low);
      // Without these two the search below has no end.
      left--;
      right++;
    }
    depth--;
    const pivot = values[order[low]!]!;
    while (true) {
      do left++;
      while (less(values[order[left]!]!, pivot));
      do right--;
      while (less(pivot, values[order[right]!]!));
      if (right < left) break;
      swap(order, left, right);
    }
    swap(order, low, right);
    if (right >= target) high = right - 1;
    if (right <= target) low = left;
  }
  if (high === low + 1 && less(values[order[high]!]!, values[order[low]!]!)) swap(order, high, low);
}

function pickSmallest(
  values: Float64Array,
  order: Int32Array,
  start: number,
  count: number,
  kth: number,
): void {
  for (let i = start; i <= start + kth; i++) {
    let least = i;
    for (let k = i + 1; k < start + count; k++) {
      if (less(values[order[k]!]!, values[order[least]!]!)) least = k;
    }
    swap(order, i, least);
  }
}

function moveLargest(values: Float64Array, order: Int32Array, count: number): void {
  let largest = 0;
  for (let k = 1; k < count; k++) if (!less(values[order[k]!]!, values[order[largest]!]!)) largest = k;
  swap(order, count - 1, largest);
}

/** The median goes to `low`, the smallest of the three beside it. */
function medianToLow(
  values: Float64Array,
  order: Int32Array,
  low: number,
  middle: number,
  high: number,
): void {
  if (less(values[order[high]!]!, values[order[middle]!]!)) swap(order, high, middle);
  if (less(values[order[high]!]!, values[order[low]!]!)) swap(order, high, low);
  if (less(values[order[low]!]!, values[order[middle]!]!)) swap(order, low, middle);
  swap(order, middle, low + 1);
}

/** The place, from `start`, of the median of the medians of each five. */
function medianOfMedians(values: Float64Array, order: Int32Array, start: number, count: number): number {
  const groups = Math.floor(count / GROUP);
  for (let i = 0; i < groups; i++) {
    const first = start + i * GROUP;
    swap(order, first + medianOfFive(values, order, first), start + i);
  }
  if (groups > 2) select(values, order, start, groups, Math.floor(groups / 2));
  return Math.floor(groups / 2);
}

function medianOfFive(values: Float64Array, order: Int32Array, first: number): number {
  const at = (offset: number): number => values[order[first + offset]!]!;
  const inOrder = (a: number, b: number): void => {
    if (less(at(b), at(a))) swap(order, first + a, first + b);
  };
  inOrder(0, 1);
  inOrder(3, 4);
  inOrder(0, 3);
  inOrder(1, 4);
  inOrder(1, 2);
  if (!less(at(3), at(2))) return 2;
  return less(at(3), at(1)) ? 1 : 3;
}

/** Sorts the first `count` of `order` by their values. */
export function sortOrder(values: Float64Array, order: Int32Array, count: number): void {
  const open = [0, count - 1, 2 * Math.floor(Math.log2(count))];
  while (open.length > 0) {
    let depth = open.pop()!;
    let right = open.pop()!;
    let left = open.pop()!;
    if (depth < 0) {
      sortByHeap(values, order, left, right - left + 1);
      continue;
    }
    while (right - left > INSERTION_LENGTH_MAX) {
      const split = splitAtMedian(values, order, left, right);
      depth--;
      if (split - left < right - split) {
        open.push(split + 1, right, depth);
        right = split - 1;
      } else {
        open.push(left, split - 1, depth);
        left = split + 1;
      }
    }
    sortByInsertion(values, order, left, right);
  }
}

function splitAtMedian(values: Float64Array, order: Int32Array, left: number, right: number): number {
  const middle = left + ((right - left) >> 1);
  if (less(values[order[middle]!]!, values[order[left]!]!)) swap(order, middle, left);
  if (less(values[order[right]!]!, values[order[middle]!]!)) swap(order, right, middle);
  if (less(values[order[middle]!]!, values[order[left]!]!)) swap(order, middle, left);
  const pivot = values[order[middle]!]!;
  let i = left;
  let j = right - 1;
  swap(order, middle, j);
  while (true) {
    do i++;
    while (less(values[order[i]!]!, pivot));
    do j--;
    while (less(pivot, values[order[j]!]!));
    if (i >= j) break;
    swap(order, i, j);
  }
  swap(order, i, right - 1);
  return i;
}

function sortByInsertion(values: Float64Array, order: Int32Array, left: number, right: number): void {
  for (let i = left + 1; i <= right; i++) {
    const moved = order[i]!;
    const value = values[moved]!;
    let j = i;
    for (; j > left && less(value, values[order[j - 1]!]!); j--) order[j] = order[j - 1]!;
    order[j] = moved;
  }
}

function sortByHeap(values: Float64Array, order: Int32Array, start: number, count: number): void {
  for (let root = (count >> 1) - 1; root >= 0; root--) {
    sift(values, order, start, root, count, order[start + root]!);
  }
  for (let last = count - 1; last > 0; last--) {
    const moved = order[start + last]!;
    order[start + last] = order[start]!;
    sift(values, order, start, 0, last, moved);
  }
}

/** Finds the place of `moved` at or below `root`. */
function sift(
  values: Float64Array,
  order: Int32Array,
  start: number,
  root: number,
  count: number,
  moved: number,
): void {
  let hole = root;
  for (let child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
    const right = child + 1;
    if (right < count && less(values[order[start + child]!]!, values[order[start + right]!]!)) child = right;
    if (!less(values[moved]!, values[order[start + child]!]!)) break;
    order[start + hole] = order[start + child]!;
    hole = child;
  }
  order[start + hole] = moved;
}

function less(a: number, b: number): boolean {
  return a < b || (Number.isNaN(b) && !Number.isNaN(a));
}

function swap(order: Int32Array, a: number, b: number): void {
  const index = order[a]!;
  order[a] = order[b]!;
  order[b] = index;
}
