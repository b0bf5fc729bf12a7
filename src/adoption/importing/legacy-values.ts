import type { JsonObject } from '../../model/json.js'

/** A text, or null for what is none or empty. Numbers and booleans are texts too. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/**
 * A time, or null for what is none: a Date, a number of seconds or of milliseconds, or a text of ISO 8601. One without
 * a zone is taken as UTC, whatever the zone of this process is.
 */
export function timeOf(value: unknown): Date | null {
  if (value instanceof Date) return sound(value)
  if (typeof value === 'number') return sound(new Date(Math.abs(value) < 1e11 ? value * 1_000 : value))
  if (typeof value !== 'string' || value === '') return null
  if (/^-?\d+(\.\d+)?$/.test(value)) return timeOf(Number(value))
  const hasZone = /(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/.test(value) || !/\d[T ]\d/.test(value)
  return sound(new Date(hasZone ? value : `${value}Z`))
}

function sound(time: Date): Date | null {
  return Number.isNaN(time.getTime()) ? null : time
}

/** A whole number that is not negative. Anything else is 0. */
export function countOf(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? Math.max(0, Math.floor(number)) : 0
}

/** A JSON object, also one that stands in a text. Null for anything else. */
export function objectOf(value: unknown): JsonObject | null {
  const found = parsed(value)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as JsonObject) : null
}

/** A JSON array, also one that stands in a text. Empty for anything else. */
export function arrayOf(value: unknown): readonly unknown[] {
  const found = parsed(value)
  return Array.isArray(found) ? found : []
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}
