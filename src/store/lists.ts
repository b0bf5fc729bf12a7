import { hash } from 'node:crypto'
import type * as z from 'zod/mini'
import { defaultPageItems } from '../model/limits.js'
import { listedAt } from '../model/planning/times.js'
import type { Conversation, ConversationStatus } from '../model/records.js'
import { readSignal } from '../model/validation/call-options.js'
import {
  type countConversationsInput,
  findByChatbotIdInput,
  findByOaInput,
  listConversationsInput,
  listEventsInput,
  listInboxesInput,
  listMessagesInput,
} from '../model/validation/read-schemas.js'
import type { AccountContext } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import type { ConversationMatch, ConversationOperations, PageRequest, Scoped } from './adapter.js'
import type { AdapterPage } from './adapter-page.js'
import { type CursorKeys, decodeCursor, encodeCursor, type KeyKind } from './cursor.js'
import type { CallOptions } from './inputs.js'
import { type PagedList, pagedList } from './paged-list.js'

type Lists = Pick<
  AccountConversations,
  'findByOa' | 'findByChatbotId' | 'listConversations' | 'listMessages' | 'listEvents' | 'listInboxes'
>

/**
 * One list: the name that tells its cursors from those of other lists, the types of its sort keys, and how to read a
 * page of it.
 */
interface KeysetList<T> {
  readonly name: string
  readonly kinds: readonly KeyKind[]
  readonly keysOf: (item: T) => CursorKeys
  readonly limit: number | undefined
  readonly cursor: string | undefined
  readonly fetchPage: (operations: ConversationOperations, page: Scoped & PageRequest) => Promise<AdapterPage<T>>
}

export function accountLists(context: AccountContext): Lists {
  /**
   * Reads the input when the method is called, as every method does. An input that is refused throws only when the list
   * is read, because a list is something that is awaited.
   */
  const list = <T>(options: CallOptions | undefined, prepare: () => KeysetList<T>): PagedList<T> => {
    const prepared = attempt(() => ({ keyset: prepare(), signal: readSignal(options) }))
    return pagedList(prepared.ok ? prepared.value.keyset.cursor : undefined, async (cursor) => {
      if (!prepared.ok) throw prepared.error
      context.dispatch.assertOpen()
      const { keyset, signal } = prepared.value
      const { name, kinds, keysOf, limit = defaultPageItems, fetchPage } = keyset
      const after = cursor === undefined ? null : decodeCursor(name, kinds, cursor)
      const { accountId } = context
      const { items, hasMore } = await context.dispatch.read(signal, (operations, bounds) =>
        fetchPage(operations, { accountId, ...bounds, limit, after }),
      )
      const last = items.at(-1)
      return { items, nextCursor: hasMore && last !== undefined ? encodeCursor(name, keysOf(last)) : null }
    })
  }

  const conversations = (input: z.output<typeof listConversationsInput>): KeysetList<Conversation> => {
    const match = conversationMatch(input)
    return {
      name: `conversations ${fingerprint(JSON.stringify(match))}`,
      kinds: ['time', 'id'],
      keysOf: ({ lastActivityAt, id }) => [lastActivityAt.getTime(), id],
      limit: input.limit,
      cursor: input.cursor,
      fetchPage: (operations, page) => operations.listConversations({ ...page, ...match }),
    }
  }

  return {
    findByOa: (input, options) => list(options, () => conversations(context.parse(findByOaInput, input))),
    findByChatbotId: (input, options) => list(options, () => conversations(context.parse(findByChatbotIdInput, input))),
    listConversations: (input = {}, options) => list(options, () => conversations(context.parse(listConversationsInput, input))),

    listMessages: (input, options) =>
      list(options, () => {
        const { conversationId, order = 'oldest', afterSeq, limit, cursor, ...given } = context.parse(listMessagesInput, input)
        const { by = afterSeq === undefined ? 'time' : 'seq' } = given
        return {
          name: `messages by ${by} ${order} ${fingerprint(conversationId)}`,
          kinds: by === 'time' ? ['time', 'count'] : ['count'],
          keysOf: (message) => (by === 'time' ? [listedAt(message).getTime(), message.seq] : [message.seq]),
          limit,
          cursor,
          fetchPage: (operations, page) => operations.listMessages({ ...page, conversationId, order, by, afterSeq: afterSeq ?? 0 }),
        }
      }),

    listEvents: (input, options) =>
      list(options, () => {
        const { conversationId, afterEventSeq = 0, limit, cursor } = context.parse(listEventsInput, input)
        return {
          name: `events ${fingerprint(conversationId)}`,
          kinds: ['count'],
          keysOf: ({ eventSeq }) => [eventSeq],
          limit,
          cursor,
          fetchPage: (operations, page) => {
            const from = Math.max(afterEventSeq, Number(page.after?.[0] ?? 0))
            return operations.listEvents({ ...page, after: from === 0 ? null : [from], conversationId })
          },
        }
      }),

    listInboxes: (input = {}, options) =>
      list(options, () => {
        const { limit, cursor } = context.parse(listInboxesInput, input)
        return {
          name: 'inboxes',
          kinds: ['id'],
          keysOf: ({ oaId }) => [oaId],
          limit,
          cursor,
          fetchPage: (operations, page) => operations.listInboxes(page),
        }
      }),
  }
}

const statuses: Readonly<Record<ConversationStatus | 'active', readonly ConversationStatus[]>> = {
  open: ['open'],
  snoozed: ['snoozed'],
  closed: ['closed'],
  active: ['open', 'snoozed'],
}

export function conversationMatch(filter: z.output<typeof countConversationsInput>): ConversationMatch {
  return {
    statuses: filter.status === undefined ? null : statuses[filter.status],
    oaId: filter.oaId ?? null,
    customerId: filter.customerId ?? null,
    contactId: filter.contactId ?? null,
    chatbotId: filter.chatbotId ?? null,
    unread: filter.unread ?? null,
    updatedSince: filter.updatedSince ?? null,
  }
}

/** Tells the cursors of one list from those of the same list of another conversation, or by another filter. */
function fingerprint(what: string): string {
  return hash('sha256', what, 'base64url').slice(0, 10)
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }
function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, error }
  }
}
