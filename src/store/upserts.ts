import { ConversationStoreError, type ErrorCode } from '../model/errors.js'
import { type ParsedBulk, parseBulk } from '../model/validation/bulk.js'
import { type ParsedUpsert, upsertConversationInput, upsertConversationWithEventsInput } from '../model/validation/conversation-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import type { ItemFailure, UpsertResult } from './adapter.js'
import type { BulkItemResult, ConversationEventsResult } from './results.js'
import { foldEventResults } from './stamping/event-results.js'
import { type StampedItem, stampItem } from './stamping/stamp-item.js'

type Upserts = Pick<AccountConversations, 'upsertConversation' | 'upsertConversationWithEvents' | 'bulkUpsertConversationsWithEvents'>

export function accountUpserts(context: AccountContext): Upserts {
  const upsertOne = async (parsed: ParsedUpsert): Promise<ConversationEventsResult> => {
    const [result] = await sendItems(context, [await context.withMetadata(parsed)], true)
    if (result === undefined) throw new TypeError('the adapter returned no result for the item it was sent')
    if (!result.ok) throw result.error
    const { ok: _, ...written } = result
    return written
  }

  return {
    async upsertConversation(input) {
      const { outcome, conversation, mergeId, redirectedTo } = await upsertOne(context.parse(upsertConversationInput, input))
      if (conversation === null) throw new TypeError('the adapter returned no conversation for an item that opens one')
      const change = mergeId === undefined ? { outcome, conversation } : { outcome, conversation, mergeId }
      return redirectedTo === undefined ? change : { ...change, redirectedTo }
    },

    upsertConversationWithEvents: async (input) => upsertOne(context.parse(upsertConversationWithEventsInput, input)),

    async bulkUpsertConversationsWithEvents(input) {
      context.dispatch.assertOpen()
      const { atomic, items } = await checkItems(context, parseBulk(input))
      const sound = items.filter((item): item is ParsedUpsert => !(item instanceof ConversationStoreError))
      const results = sound.length === 0 ? [] : await sendItems(context, sound, atomic)
      let next = 0
      return items.map((item) => {
        if (item instanceof ConversationStoreError) return { ok: false, error: item }
        const result = results[next++]
        if (result === undefined) throw new TypeError('the adapter returned fewer results than the items it was sent')
        return result
      })
    },
  }
}

/** Checks the metadata of a bulk call. Without `atomic`, a bad item is replaced by its error. */
export async function checkItems(context: AccountContext, { atomic, items }: ParsedBulk): Promise<ParsedBulk> {
  const checked = await Promise.all(
    items.map(async (item, index) => {
      if (item instanceof ConversationStoreError) return item
      try {
        return await context.withMetadata(item, ['conversations', index, 'metadata'])
      } catch (error) {
        if (atomic || !(error instanceof ConversationStoreError)) throw error
        return error
      }
    }),
  )
  return { atomic, items: checked }
}

/** Sends items of one call. With `atomic` it throws the error of the first one that fails. */
export async function sendItems(
  context: AccountContext,
  inputs: readonly ParsedUpsert[],
  atomic: boolean,
): Promise<readonly BulkItemResult[]> {
  const { newId, defaultOnClosed } = context
  const stamped = inputs.map((input) => stampItem(input, { newId, defaultOnClosed, operationId: newId() }))
  const items = stamped.map(({ item }) => item)
  const results = await sendWrite(context, (operations, stamp) => operations.upsertConversations({ ...stamp, atomic, items }))
  return stamped.map((item, index) => {
    const result = toItemResult(item, inputs[index]?.events?.length ?? 0, results[index])
    if (atomic && !result.ok) throw result.error
    return result
  })
}

function toItemResult({ item, origins }: StampedItem, eventCount: number, result: UpsertResult | undefined): BulkItemResult {
  if (result === undefined) throw new TypeError('the adapter returned fewer results than the items it was sent')
  if (!result.ok) return { ok: false, error: toError(result.failure) }
  const { outcome, conversation, conflicts, redirectedTo } = result
  const events = foldEventResults(eventCount, origins, result.events)
  const duplicates = events.filter((event) => event.outcome === 'duplicate').length
  const landed = { ok: true, outcome, conversation, events, duplicates, conflicts } as const
  const written = redirectedTo === undefined ? landed : { ...landed, redirectedTo }
  // A merge has the id of its operation.
  return outcome === 'merged' ? { ...written, mergeId: item.operationId } : written
}

function toError(failure: ItemFailure): ConversationStoreError<ErrorCode> {
  switch (failure.code) {
    case 'VERSION_CONFLICT':
      return new ConversationStoreError(failure.code, failure.details)
    case 'USERNAME_TAKEN':
      return new ConversationStoreError(failure.code, failure.details)
    case 'INBOX_CHANNEL_MISMATCH':
      return new ConversationStoreError(failure.code, failure.details)
    case 'CONTENTION':
      return new ConversationStoreError(failure.code, failure.details)
    case 'COMMIT_OUTCOME_UNKNOWN':
      return new ConversationStoreError(failure.code, failure.details)
    case 'UNSUPPORTED':
      return new ConversationStoreError(failure.code, failure.details)
  }
}
