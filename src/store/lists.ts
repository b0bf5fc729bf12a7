import { hash } from 'node:crypto'
import type * as z from 'zod/mini'
import type { Inbox } from '../model/inboxes.js'
import { listedAt } from '../model/planning/times.js'
import type { Conversation, ConversationEvent, ConversationStatus, Message } from '../model/records.js'
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
import type { ConversationMatch } from './adapter.js'
import type { CallOptions } from './inputs.js'
import type { KeysetList } from './keyset-list.js'
import type { PagedList } from './paged-list.js'
import { type Prepared, preparedList } from './prepared-list.js'

type Lists = Pick<
  AccountConversations,
  'findByOa' | 'findByChatbotId' | 'listConversations' | 'listMessages' | 'listEvents' | 'listInboxes'
>

export function accountLists(context: AccountContext): Lists {
  const list = <T>(options: CallOptions | undefined, prepare: () => Prepared<T>): PagedList<T> => preparedList(context, options, prepare)

  const conversations = (input: z.output<typeof listConversationsInput>): Prepared<Conversation> => {
    const match = conversationMatch(input)
    const keyset: KeysetList<Conversation> = {
      name: `conversations ${fingerprint(JSON.stringify(match))}`,
      kinds: ['time', 'id'],
      keysOf: ({ lastActivityAt, id }) => [lastActivityAt.getTime(), id],
      fetchPage: (operations, page) => operations.listConversations({ ...page, ...match }),
    }
    return { keyset, page: input }
  }

  return {
    findByOa: (input, options) => list(options, () => conversations(context.parse(findByOaInput, input))),
    findByChatbotId: (input, options) => list(options, () => conversations(context.parse(findByChatbotIdInput, input))),
    listConversations: (input = {}, options) => list(options, () => conversations(context.parse(listConversationsInput, input))),

    listMessages: (input, options) =>
      list(options, () => {
        const parsed = context.parse(listMessagesInput, input)
        return { keyset: messagesOf(parsed), page: parsed }
      }),

    listEvents: (input, options) =>
      list(options, () => {
        const parsed = context.parse(listEventsInput, input)
        return { keyset: eventsOf(parsed), page: parsed }
      }),

    listInboxes: (input = {}, options) =>
      list(options, () => {
        const keyset: KeysetList<Inbox> = {
          name: 'inboxes',
          kinds: ['id'],
          keysOf: ({ oaId }) => [oaId],
          fetchPage: (operations, page) => operations.listInboxes(page),
        }
        return { keyset, page: context.parse(listInboxesInput, input) }
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

function messagesOf(given: z.output<typeof listMessagesInput>): KeysetList<Message> {
  const { conversationId, order = 'oldest', afterSeq = 0 } = given
  const { by = given.afterSeq === undefined ? 'time' : 'seq' } = given
  return {
    name: `messages by ${by} ${order} ${fingerprint(conversationId)}`,
    kinds: by === 'time' ? ['time', 'count'] : ['count'],
    keysOf: (message) => (by === 'time' ? [listedAt(message).getTime(), message.seq] : [message.seq]),
    fetchPage: (operations, page) => operations.listMessages({ ...page, conversationId, order, by, afterSeq }),
    ofConversation: {
      id: conversationId,
      movedTo: ({ conversationId: keptId, parts }) => {
        const base = parts.find(({ id }) => id === conversationId)?.seqBase ?? 0
        const moved = { ...given, by, conversationId: keptId, ...(afterSeq === 0 ? {} : { afterSeq: afterSeq + base }) }
        return [
          { list: messagesOf(moved), base: 0 },
          ...parts.map(({ id, seqBase }) => ({ list: messagesOf({ ...moved, conversationId: id }), base: seqBase })),
        ]
      },
    },
  }
}

function eventsOf(given: z.output<typeof listEventsInput>): KeysetList<ConversationEvent> {
  const { conversationId, afterEventSeq = 0 } = given
  return {
    name: `events ${fingerprint(conversationId)}`,
    kinds: ['count'],
    keysOf: ({ eventSeq }) => [eventSeq],
    fetchPage: (operations, page) => {
      const from = Math.max(afterEventSeq, Number(page.after?.[0] ?? 0))
      return operations.listEvents({ ...page, after: from === 0 ? null : [from], conversationId })
    },
    ofConversation: {
      id: conversationId,
      movedTo: ({ conversationId: keptId, parts }) => {
        const base = parts.find(({ id }) => id === conversationId)?.eventBase ?? 0
        const moved = { ...given, conversationId: keptId, afterEventSeq: afterEventSeq === 0 ? 0 : afterEventSeq + base }
        return [
          { list: eventsOf(moved), base: 0 },
          ...parts.map(({ id, eventBase }) => ({ list: eventsOf({ ...moved, conversationId: id }), base: eventBase })),
        ]
      },
    },
  }
}

/** Tells the cursors of one list from those of the same list of another conversation, or by another filter. */
function fingerprint(what: string): string {
  return hash('sha256', what, 'base64url').slice(0, 10)
}
