import { ConversationStoreError } from '../errors.js'
import { limits } from '../limits.js'
import { bulkItemInput, type ParsedUpsert } from './conversation-schemas.js'
import { parse } from './parse.js'
import { callBudget, ownElements, ownMembers } from './plain-data.js'
import { refusal } from './refusal.js'

export interface ParsedBulk {
  readonly atomic: boolean
  /** Without `atomic`, a bad item is replaced by its error. */
  readonly items: readonly (ParsedUpsert | ConversationStoreError)[]
}

/**
 * Reads a bulk call item by item, so that one bad item does not fail the others. A call that exceeds the limits of a
 * whole call always throws.
 */
export function parseBulk(input: unknown): ParsedBulk {
  const members = ownMembers(input, [])
  for (const key of members.keys()) {
    if (key !== 'conversations' && key !== 'atomic') throw refusal([key], 'is not a known field')
  }
  const atomic = members.get('atomic') ?? true
  if (typeof atomic !== 'boolean' || members.get('atomic') === null) throw refusal(['atomic'], 'must be a boolean')
  const given = members.get('conversations')
  if (given === undefined) throw refusal(['conversations'], 'is required')
  const elements = ownElements(given, ['conversations'])
  exceeds('conversations in number', limits.batchConversations, elements.length)

  const budget = callBudget()
  let events = 0
  const items = elements.map((element, index) => {
    try {
      const item = parse(bulkItemInput, element, ['conversations', index], budget)
      events += item.events?.length ?? 0
      return item
    } catch (error) {
      if (atomic || budget.spent > budget.bytes || !(error instanceof ConversationStoreError)) throw error
      return error
    }
  })
  exceeds('events in number', limits.batchEvents, events)
  return { atomic, items }
}

function exceeds(what: string, limit: number, actual: number): void {
  if (actual > limit) throw new ConversationStoreError('PAYLOAD_TOO_LARGE', { what, limit, actual })
}
