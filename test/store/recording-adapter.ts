import type { Conversation } from '../../src/model/records.js'
import type {
  ConversationAdapter,
  ConversationOperations,
  OperationName,
  UpsertConversations,
  UpsertResult,
} from '../../src/store/adapter.js'

interface RecordedCall {
  readonly verb: OperationName
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever verb they expect
  readonly input: any
}

export interface RecordingAdapter extends ConversationAdapter {
  readonly calls: readonly RecordedCall[]
  readonly closings: number
}

export type Answers = { [V in OperationName]?: (input: Parameters<ConversationOperations[V]>[0], attempt: number) => unknown }

/** The port without a database behind it: keeps what the core sends, and answers as it is told. */
export function recordingAdapter(answers: Answers = {}): RecordingAdapter {
  const calls: RecordedCall[] = []
  let closings = 0
  const answer =
    (verb: OperationName, usual: (input: never) => unknown) =>
    // biome-ignore lint/suspicious/noExplicitAny: one function answers for every verb
    async (input: any): Promise<any> => {
      calls.push({ verb, input })
      const attempt = calls.filter((call) => call.verb === verb).length
      return (answers[verb] ?? usual)(input as never, attempt)
    }
  const change = answerWith({ outcome: 'updated', conversation })
  const page = answerWith({ items: [], hasMore: false })
  const operations: ConversationOperations = {
    upsertConversations: answer('upsertConversations', upserted),
    updateConversation: answer('updateConversation', change),
    closeConversation: answer('closeConversation', change),
    snoozeConversation: answer('snoozeConversation', change),
    reopenConversation: answer('reopenConversation', change),
    markRead: answer('markRead', change),
    wakeDue: answer('wakeDue', answerWith([])),
    findConversation: answer('findConversation', answerWith(null)),
    findByOaAndCustomer: answer('findByOaAndCustomer', answerWith(null)),
    listConversations: answer('listConversations', page),
    countConversations: answer('countConversations', answerWith(0)),
    findMessage: answer('findMessage', answerWith(null)),
    listMessages: answer('listMessages', page),
    listEvents: answer('listEvents', page),
    findContact: answer('findContact', answerWith(null)),
    updateContact: answer('updateContact', answerWith({ id: 'contact' })),
    connectInbox: answer('connectInbox', answerWith({ id: 'inbox' })),
    disconnectInbox: answer('disconnectInbox', answerWith({ id: 'inbox' })),
    listInboxes: answer('listInboxes', page),
    findInboxOwner: answer('findInboxOwner', answerWith(null)),
  }
  return {
    name: 'recording',
    calls,
    get closings() {
      return closings
    },
    operations,
    using: () => operations,
    migrate: async () => ({ applied: [], schema: 1 }),
    checkSchema: async () => ({ ok: true, schema: 1, missing: [], different: [] }),
    close: async () => {
      closings += 1
    },
  }
}

function answerWith(value: unknown): () => unknown {
  return () => value
}

const now = new Date('2024-05-02T12:00:00.000Z')
export const conversation: Conversation = {
  id: 'conversation',
  accountId: 'acme',
  oaId: 'page',
  customerId: 'customer',
  contactId: 'contact',
  channel: 'api',
  status: 'open',
  version: 0,
  nickname: null,
  customerName: null,
  customerUsername: null,
  chatbotId: null,
  unreadCount: 0,
  lastSeq: 0,
  readSeq: 0,
  lastMessageAt: null,
  lastMessagePreview: null,
  lastInboundAt: null,
  lastActivityAt: now,
  statusChangedAt: now,
  windowExpiresAt: null,
  snoozedUntil: null,
  closedAt: null,
  metadata: null,
  createdAt: now,
  updatedAt: now,
}

function upserted({ items }: UpsertConversations): readonly UpsertResult[] {
  return items.map(({ events }) => ({ ok: true, outcome: 'created', conversation, events: events.map(() => 'stored') }))
}
