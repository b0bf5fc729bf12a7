import * as z from 'zod/mini'
import type { JsonObject } from '../model/json.js'
import { limits } from '../model/limits.js'
import type { OnClosed } from '../model/records.js'
import type { StandardSchema } from '../model/standard-schema.js'
import { parse } from '../model/validation/parse.js'
import { ownMembers } from '../model/validation/plain-data.js'
import { type Path, refusal } from '../model/validation/refusal.js'
import { atMost, deadline, id, integer, onClosed } from '../model/validation/scalars.js'
import type { ConversationAdapter } from './adapter.js'
import type { RetryOptions } from './retry.js'

export interface ConversationStoreOptions<TMetadata = JsonObject> {
  /** Where conversations are kept: `postgres({ pool })`, `mongo({ client, db })` or `memory()`. */
  readonly adapter: ConversationAdapter
  /** The clock that gives the time of every write, for tests. Default: the database's own clock. */
  readonly clock?: () => Date
  /**
   * Makes every id, before a write is sent. Ids must be unique, non-empty, and at most 512 bytes. Default: ids of 22
   * characters (letters, digits, `-` and `_`) that sort by time.
   */
  readonly newId?: () => string
  /**
   * What an inbound message does when the customer's last conversation is closed, if neither the call nor the inbox
   * says. Default `'new'`.
   */
  readonly onClosed?: OnClosed
  /**
   * Any Standard Schema (zod, valibot, arktype, …). It checks the metadata of conversations on every write. What it
   * returns is stored, and is the type of `conversation.metadata`. Metadata that was stored earlier is returned
   * unchanged.
   */
  readonly metadata?: StandardSchema<TMetadata>
  readonly retry?: RetryOptions
  /**
   * How long a call may take, in milliseconds, with all its attempts and pauses and with the wait for a connection.
   * Default 30,000. A call that is not answered by then throws UNAVAILABLE or CONTENTION when nothing was applied, and
   * COMMIT_OUTCOME_UNKNOWN when a write was under way; that takes up to a second more. Calls in your own transaction
   * (`using`) have no deadline, because only you may end it.
   */
  readonly deadlineMs?: number
}

/** The options of `migrate`. */
export const migrateInput = z.strictObject({ servingRoles: z.optional(atMost(limits.batchConversations, id)) })

const plainOptions = z.strictObject({
  onClosed: z.optional(onClosed),
  attempts: z.optional(integer(1, 1000)),
  baseMs: z.optional(integer(0, 60_000)),
  maxMs: z.optional(integer(0, 60_000)),
  deadlineMs: z.optional(deadline),
})

/** Refuses misspelt or malformed options when the store is made, not only at the first call that needs them. */
export function readStoreOptions<TMetadata>(options: ConversationStoreOptions<TMetadata>): ConversationStoreOptions<TMetadata> {
  known(options, [], ['adapter', 'clock', 'newId', 'onClosed', 'metadata', 'retry', 'deadlineMs'])
  const { adapter, clock, newId, metadata, retry } = options
  if (typeof adapter !== 'object' || adapter === null || typeof adapter.operations !== 'object') {
    throw refusal(['adapter'], 'must be an adapter: postgres({ pool }), mongo({ client, db }) or memory()')
  }
  callable(clock, ['clock'])
  callable(newId, ['newId'])
  if (metadata !== undefined && typeof metadata?.['~standard']?.validate !== 'function') {
    throw refusal(['metadata'], 'must be a Standard Schema')
  }
  if (retry !== undefined) {
    known(retry, ['retry'], ['attempts', 'baseMs', 'maxMs', 'sleep', 'random'])
    callable(retry.sleep, ['retry', 'sleep'])
    callable(retry.random, ['retry', 'random'])
  }
  const { attempts, baseMs, maxMs } = retry ?? {}
  parse(plainOptions, { onClosed: options.onClosed, deadlineMs: options.deadlineMs, attempts, baseMs, maxMs })
  return options
}

function known(value: unknown, path: Path, keys: readonly string[]): void {
  for (const key of ownMembers(value, path).keys()) {
    if (!keys.includes(key)) throw refusal([...path, key], `is not a known option; there are ${keys.join(', ')}`)
  }
}

function callable(value: unknown, path: Path): void {
  if (value !== undefined && typeof value !== 'function') throw refusal(path, 'must be a function')
}
