/** A median with its interquartile range. */
export interface Spread {
  readonly median: number
  readonly q1: number
  readonly q3: number
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: quantile(sorted, 0.5), q1: quantile(sorted, 0.25), q3: quantile(sorted, 0.75) }
}

/**
 * The quantile of values in ascending order. It is interpolated if it falls between two of them (type 7 of Hyndman and
 * Fan, as in R and NumPy).
 */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)]
  const high = sorted[Math.ceil(at)]
  if (low === undefined || high === undefined) throw new RangeError('a quantile of nothing')
  return low + (high - low) * (at - Math.floor(at))
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
