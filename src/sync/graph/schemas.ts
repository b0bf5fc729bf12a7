import * as z from 'zod/mini'
import { describe } from '../../model/validation/parse.js'
import { formatPath } from '../../model/validation/refusal.js'
import { transformed } from '../../model/validation/transformed.js'
import { readId } from '../../webhooks/reading/fields.js'
import { readTime } from '../../webhooks/reading/messaging/times.js'

function makeSchemas() {
  const graphId = transformed(z.unknown(), (value, refuse): string => {
    const found = readId(value, 'it')
    if (found !== null && 'id' in found) return found.id
    refuse({ code: 'custom', message: found === null ? 'is missing' : found.refused.replace(/^it /, '') })
    return z.NEVER
  })
  // `2021-07-23T09:28:50+0000`, or a number of seconds, as a number or as text.
  const graphTime = transformed(z.unknown(), (value, refuse): Date => {
    const time = readTime(value)
    if (time !== null) return time
    refuse({ code: 'custom', message: value === undefined || value === null ? 'is missing' : 'is not a time' })
    return z.NEVER
  })
  const optional = z.optional(z.unknown())
  // Instagram tells its own accounts by `user_id` too.
  const participant = z.object({ id: graphId, user_id: optional, name: optional, username: optional })
  const message = z.object({ id: graphId, created_time: graphTime, from: participant, message: z.nullish(z.string()) })
  const paging = z.object({
    cursors: z.nullish(z.object({ after: z.nullish(z.string()) })),
    next: z.nullish(z.string()),
  })
  // A list of the API, as an answer or as a part of one. Its elements are looked at one by one.
  const list = z.object({ data: z.array(z.unknown()), paging: z.nullish(paging) })
  return { participant, message, list }
}

type GraphSchemas = ReturnType<typeof makeSchemas>
export type Participant = z.output<GraphSchemas['participant']>
export type GraphList = z.output<GraphSchemas['list']>

let made: GraphSchemas | undefined

/**
 * The forms that are checked. They are made when the first answer comes: what is made while this file loads would stay
 * in the bundle of a host that reads another source.
 */
export function graphSchemas(): GraphSchemas {
  made ??= makeSchemas()
  return made
}

/**
 * Where a list goes on; null at its end. There is more exactly if there is a `next`. It is never followed, because it
 * has the token.
 */
export function nextOf({ paging }: GraphList): { readonly after: string | null } | null {
  return paging?.next ? { after: paging.cursors?.after || null } : null
}

/** What a schema reads, or the field that it refuses and why. */
export function readWith<S extends z.ZodMiniType>(schema: S, value: unknown): { readonly read: z.output<S> } | { readonly failed: string } {
  const result = schema.safeParse(value, { error: describe })
  if (result.success) return { read: result.data }
  const [issue] = result.error.issues
  return { failed: `${formatPath(issue?.path ?? [])} ${issue?.message ?? 'is not allowed'}`.trim() }
}
