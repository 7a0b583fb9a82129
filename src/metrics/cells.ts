const BUCKET_BITS = 17;
const BUCKET_MASK: number = 2 ** BUCKET_BITS - 1;

/** A cell is a bucket and how many samples it has, in 32 bits. A larger count takes several cells. */
export const MAX_CELL_COUNT: number = 2 ** (32 - BUCKET_BITS) - 1;

export function cellOf(bucket: number, count: number): number {
  return count * 2 ** BUCKET_BITS + bucket;
}

export function bucketIn(cell: number): number {
  return cell & BUCKET_MASK;
}

export function countIn(cell: number): number {
  return cell >>> BUCKET_BITS;
}
