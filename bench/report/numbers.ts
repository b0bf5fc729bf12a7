import type { Spread } from '../runner/statistics.js'

/** Formats a number with about three significant digits. */
export function short(value: number): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export function times(value: number): string {
  return `${value.toFixed(value >= 10 ? 1 : 2)} ×`
}

export function timesWithRange({ median, q1, q3 }: Spread): string {
  const digits = median >= 10 ? 1 : 2
  return `${times(median)} (${q1.toFixed(digits)}–${q3.toFixed(digits)})`
}

/** A value with its unit. The unit may be empty, if the title says what is counted. */
export function withUnit(value: number, unit: string): string {
  return `${short(value)} ${unit}`.trim()
}

export function percentBeyond(value: number, atMost: number): string {
  // A percentage of zero does not exist.
  if (atMost === 0) return short(value)
  const percent = (value / atMost - 1) * 100
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
