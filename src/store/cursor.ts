import * as z from 'zod/mini'
import { refusal } from '../model/validation/refusal.js'
import { count, date } from '../model/validation/scalars.js'

/** Characters. Longer than any cursor of this library, because the keys in a cursor have a bounded length. */
const longest = 8192
const cursorSchema = z.tuple([z.string(), z.array(z.union([z.string(), z.number()]))])

export type CursorKeys = readonly (string | number)[]
/** What a sort key is: a time in milliseconds, a place in a sequence, or an id. */
export type KeyKind = 'time' | 'count' | 'id'

/** Encodes the list's name and the sort keys of the last item of its page. The text is opaque to the host. */
export function encodeCursor(list: string, keys: CursorKeys): string {
  return Buffer.from(JSON.stringify([list, keys])).toString('base64url')
}

/**
 * Throws VALIDATION_FAILED for a cursor that this list has not given out. `kinds` are the types of the list's sort
 * keys.
 */
export function decodeCursor(list: string, kinds: readonly KeyKind[], cursor: string): CursorKeys {
  const keys = cursor.length <= longest ? keysOf(list, cursor) : undefined
  if (keys === undefined || keys.length !== kinds.length || !keys.every((key, index) => isOfKind(key, kinds[index]))) {
    throw refusal(['cursor'], 'must be the nextCursor of a page of this list')
  }
  return keys
}

/** Whether the list has given out the cursor. */
export function namesList(list: string, cursor: string): boolean {
  return cursor.length <= longest && keysOf(list, cursor) !== undefined
}

function keysOf(list: string, cursor: string): CursorKeys | undefined {
  try {
    const { success, data } = cursorSchema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    // The cursor is encoded again and compared, because several base64 texts decode to the same content.
    return success && data[0] === list && encodeCursor(list, data[1]) === cursor ? data[1] : undefined
  } catch {
    return undefined
  }
}

/** Whether it is a value that the list may have given out: a database can't compare what lies beyond its own range. */
function isOfKind(key: string | number, kind: KeyKind | undefined): boolean {
  if (kind === 'time') return Number.isInteger(key) && date.safeParse(new Date(key)).success
  if (kind === 'count') return count.safeParse(key).success
  return typeof key === 'string' && key !== '' && !key.includes('\0')
}
