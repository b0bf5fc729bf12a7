declare const holds: unique symbol

/**
 * A value as it left the database: text, or a value of JSON that a function of ours made. The reader of its column
 * makes a `T` of it.
 */
export interface Cell<T> {
  readonly [holds]: T
}

/** Why a cell may be absent: the row may be. What may be null says so in its `T`. */
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

/** Booleans of an executor's row come as text. */
export function flag(cell: Found<boolean>): boolean {
  const value: unknown = cell
  return value === 't' || value === 'true' || value === true
}

export function flagOrNull(cell: Found<boolean | null>): boolean | null {
  return cell === null || cell === undefined ? null : flag(cell as Cell<boolean>)
}

/** Milliseconds from our own statements; ISO 8601 where a function put the row into JSON. */
export function time(cell: Found<Date>): Date {
  const value: unknown = cell
  const milliseconds = typeof value === 'string' ? Number(value) : Number.NaN
  const at = new Date(Number.isNaN(milliseconds) ? (value as string | number | Date) : milliseconds)
  if (Number.isNaN(at.getTime())) throw new TypeError('a time came back in a form that is not ours')
  return at
}

export function timeOrNull(cell: Found<Date | null>): Date | null {
  return cell === null || cell === undefined ? null : time(cell as Cell<Date>)
}

export function json<T>(cell: Found<T>): T {
  const value: unknown = cell
  return (typeof value === 'string' ? JSON.parse(value) : (value ?? null)) as T
}
