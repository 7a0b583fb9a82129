// The upper bits of a double are its exponent and the beginning of its mantissa: read as a whole number, they rise with the
// logarithm. With six bits of mantissa, each power of two has 64 buckets, and the middle of one is within 1/128 of all it holds.
const DROPPED_BITS = 14;
const HALF_A_BUCKET = 1 << (DROPPED_BITS - 1);
const MAGNITUDE = 0x7fff_ffff;

/** Buckets of a power of two. */
export const OCTAVE = 64;

/** Milliseconds; shorter than anything that can be measured. What is below counts as 0 and shares bucket 0. */
const SMALLEST: number = 2 ** -30;

const double = new DataView(new ArrayBuffer(8));

function upperBits(value: number): number {
  double.setFloat64(0, value);
  return (double.getUint32(0) & MAGNITUDE) >> DROPPED_BITS;
}

const BELOW_SMALLEST: number = upperBits(SMALLEST) - 1;

/** The bucket of a number that is not negative. */
export function bucketOf(value: number): number {
  return Math.max(0, upperBits(value) - BELOW_SMALLEST);
}

/** The number that stands for all in a bucket. */
export function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  double.setUint32(0, ((bucket + BELOW_SMALLEST) << DROPPED_BITS) | HALF_A_BUCKET);
  double.setUint32(4, 0);
  return double.getFloat64(0);
}
