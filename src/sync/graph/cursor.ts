import * as z from 'zod/mini'
import { refusal } from '../../model/validation/refusal.js'
import { id } from '../../model/validation/scalars.js'
import type { Rest } from './collected.js'

/** Where a reader stands: conversations of the last page whose further messages come first, and then the list. */
export interface Position {
  readonly rest: readonly Rest[]
  /** Where the list of conversations goes on; null after its end. Undefined at its beginning. */
  readonly after: string | null | undefined
}

const beginning: Position = { rest: [], after: undefined }

function positionSchema() {
  const rest = z.strictObject({ conversationId: id, customerId: id, updatedAt: z.nullable(z.int()), after: z.string() })
  return z.strictObject({ v: z.literal(1), after: z.nullable(z.string()), rest: z.array(rest) })
}

/** The text of a position; null when nothing is left to read. */
export function toCursor({ rest, after = null }: Position): string | null {
  return rest.length === 0 && after === null ? null : Buffer.from(JSON.stringify({ v: 1, after, rest })).toString('base64url')
}

/** Throws VALIDATION_FAILED for a cursor of another source. */
export function positionOf(cursor: string | null): Position {
  if (cursor === null) return beginning
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    value = null
  }
  const checked = positionSchema().safeParse(value)
  if (!checked.success) throw refusal(['cursor'], 'is none of this source')
  const { rest, after } = checked.data
  return { rest, after }
}
