import * as z from 'zod/mini'
import { parsedJson } from '../../http/json.js'
import { parse } from '../../model/validation/parse.js'
import { refusal } from '../../model/validation/refusal.js'
import { id } from '../../model/validation/scalars.js'
import type { OnActiveConflict } from '../../store/inbox-move-port.js'
import type { ListInboxMigrationsInput } from '../../store/inbox-moves.js'

/** What may become of people whom the destination knows. A start has to choose. */
export const choices = ['merge', 'close_source', 'skip'] as const satisfies readonly OnActiveConflict[]

const startBody = z.strictObject({
  destination_inbox_id: id,
  on_active_conflict: z.enum(choices),
  expect: z.nullish(z.string()),
})

const previewQuery = z.strictObject({ destination_inbox_id: id })

export interface AskedStart {
  /** By its id or its `oaId`. */
  readonly destination: string
  readonly onActiveConflict: OnActiveConflict
  readonly expect: string | null
}

/** Throws VALIDATION_FAILED, which names fields and no values. `body` is bytes, or what a parser made of them. */
export function readStart(body: unknown): AskedStart {
  const { destination_inbox_id: destination, on_active_conflict: onActiveConflict, expect = null } = parse(startBody, body)
  return { destination, onActiveConflict, expect }
}

/** Throws VALIDATION_FAILED for bytes that are no JSON. */
export function jsonOf(body: unknown): unknown {
  return body instanceof Uint8Array ? parsedJson(body) : body
}

/** Reads `?active=&limit=&cursor=`. Throws VALIDATION_FAILED. */
export function readListQuery(query: URLSearchParams): Omit<ListInboxMigrationsInput, 'sourceOaId'> {
  const active = query.get('active')
  const limit = query.get('limit')
  const cursor = query.get('cursor')
  if (active !== null && active !== 'true' && active !== 'false') throw refusal(['active'], 'must be true or false')
  return {
    ...(active !== null && { active: active === 'true' }),
    // What is no number is refused as the list refuses it.
    ...(limit !== null && { limit: /^\d{1,9}$/.test(limit) ? Number(limit) : 0 }),
    ...(cursor !== null && { cursor }),
  }
}

/** The destination that `?destination_inbox_id=` names. Throws VALIDATION_FAILED. */
export function readDestination(query: URLSearchParams): string {
  const named = query.get('destination_inbox_id')
  return parse(previewQuery, named === null ? {} : { destination_inbox_id: named }).destination_inbox_id
}
