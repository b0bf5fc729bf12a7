import type { Doc } from '../driver.js'

/**
 * Reads a text from a stored document. A field of the wrong type throws a TypeError, because guessing a value would
 * hide damage.
 */
export function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a field that always has a text came back without one')
  return value
}

export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value)
}

export function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new TypeError('a field that always has a list came back without one')
  return value.map(text)
}

export function integerOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : integer(value)
}

export function integer(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('a field that always has a number came back without one')
  return value
}

export function time(value: unknown): Date {
  if (!(value instanceof Date)) throw new TypeError('a field that always has a time came back without one')
  return value
}

export function timeOrNull(value: unknown): Date | null {
  return value === null || value === undefined ? null : time(value)
}

export function list(value: unknown): readonly Doc[] {
  return Array.isArray(value) ? value : []
}

/** A field that is left out of the document when it has no value. */
export function present(field: string, value: unknown): Doc {
  return value === null ? {} : { [field]: value }
}
