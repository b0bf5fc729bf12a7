import type { JsonObject } from '../model/json.js'
import { earliestTime, latestTime } from '../model/ranges.js'

declare const holds: unique symbol

/**
 * A value as it came from the database: text, or a JSON value that one of the store's functions made. The reader of its
 * column turns it into a `T`.
 */
export interface Cell<T> {
  readonly [holds]: T
}

/** A cell may be undefined because its row may be absent. The `T` of a column that may be null includes null. */
type Found<T> = Cell<T> | undefined

export function text<T extends string = string>(cell: Found<T>): T {
  const value: unknown = cell
  if (typeof value !== 'string') throw new TypeError('a column that is never null came back without text')
  return value as T
}

export function textOrNull<T extends string = string>(cell: Found<T | null>): T | null {
  return cell === null || cell === undefined ? null : text(cell as Cell<T>)
}

export function integer(cell: Found<number>): number {
  return Number(cell)
}

export function integerOrNull(cell: Found<number | null>): number | null {
  return cell === null || cell === undefined ? null : integer(cell as Cell<number>)
}

/** Reads a boolean, which is text in the rows of an executor and a boolean in JSON. */
export function flag(cell: Found<boolean>): boolean {
  const value: unknown = cell
  return value === 't' || value === 'true' || value === true
}

export function flagOrNull(cell: Found<boolean | null>): boolean | null {
  return cell === null || cell === undefined ? null : flag(cell as Cell<boolean>)
}

/**
 * Reads a time, which is in milliseconds if one of the store's own statements selected it, and ISO 8601 if a function
 * put the row into JSON. A host's own SQL may have stored a time that no Date holds, such as infinity. That reads as
 * the first or the last moment that the library takes, so that one row does not fail a whole list.
 */
export function time(cell: Found<Date>): Date {
  const value: unknown = cell
  const milliseconds = typeof value === 'string' ? Number(value) : Number.NaN
  if (Math.abs(milliseconds) === Number.POSITIVE_INFINITY) return milliseconds < 0 ? earliest() : latest()
  const at = new Date(Number.isNaN(milliseconds) ? (value as string | number | Date) : milliseconds)
  if (!Number.isNaN(at.getTime())) return at
  if (typeof value === 'string' && /^-infinity$|BC$/.test(value)) return earliest()
  if (typeof value === 'string' && /^(infinity$|\d{5,}-)/.test(value)) return latest()
  if (typeof value === 'string') return withSecondsInOffset(value)
  throw new TypeError('a time came back in a form that is not ours')
}

/** Reads a time from before there were zones, which lies by local clocks: their offsets have seconds (`-00:44:30`). */
function withSecondsInOffset(value: string): Date {
  const [, minutes = '', sign, seconds] = /^(.+([+-])\d\d:\d\d):(\d\d)$/.exec(value) ?? []
  const at = new Date(minutes).getTime() - Number(`${sign}${seconds}`) * 1000
  if (Number.isNaN(at)) throw new TypeError('a time came back in a form that is not ours')
  return new Date(at)
}

function earliest(): Date {
  return new Date(earliestTime)
}

function latest(): Date {
  return new Date(latestTime)
}

export function timeOrNull(cell: Found<Date | null>): Date | null {
  return cell === null || cell === undefined ? null : time(cell as Cell<Date>)
}

/**
 * Reads an object. Null stands for any other value of JSON, which only a host's own SQL can have stored.
 */
export function jsonObject(cell: Found<JsonObject | null>): JsonObject | null {
  const value: unknown = json(cell)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}

/** Reads a list. An empty one stands for any other value of JSON. */
export function jsonList(cell: Found<readonly unknown[]>): readonly unknown[] {
  const value: unknown = json(cell)
  return Array.isArray(value) ? value : []
}

export function json<T>(cell: Found<T>): T {
  const value: unknown = cell
  return (typeof value === 'string' ? JSON.parse(value) : (value ?? null)) as T
}
