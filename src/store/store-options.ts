import * as z from 'zod/mini'
import { parse } from '../model/validation/parse.js'
import { ownMembers } from '../model/validation/plain-data.js'
import { type Path, refusal } from '../model/validation/refusal.js'
import { integer, onClosed } from '../model/validation/scalars.js'
import type { ConversationStoreOptions } from './create-conversation-store.js'

const plainOptions = z.strictObject({
  onClosed: z.optional(onClosed),
  attempts: z.optional(integer(1, 1000)),
  baseMs: z.optional(integer(0, 60_000)),
  maxMs: z.optional(integer(0, 60_000)),
})

/** Refuses what is misspelt or malformed where the store is made, not at the first call that needs it. */
export function readStoreOptions<TMetadata>(options: ConversationStoreOptions<TMetadata>): ConversationStoreOptions<TMetadata> {
  known(options, [], ['adapter', 'clock', 'newId', 'onClosed', 'metadata', 'retry'])
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
  parse(plainOptions, { onClosed: options.onClosed, attempts, baseMs, maxMs })
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
