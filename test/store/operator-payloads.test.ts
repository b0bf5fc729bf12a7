import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { isConversationStoreError } from '../../src/model/errors.js'
import type { eventSchemas } from '../../src/model/validation/event-schemas.js'
import { formatPath } from '../../src/model/validation/refusal.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { type ConversationStore, createConversationStore } from '../../src/store/create-conversation-store.js'
import { operatorPayloads, ran } from './operator-payloads.js'
import { recordingAdapter } from './recording-adapter.js'
import { type ArgumentPath, stringArguments } from './string-arguments.js'

// The schemas are recorded from the calls themselves. So an argument that is added to a method is tested without being
// added here.
const parsed = vi.hoisted(() => ({ schemas: [] as unknown[] }))
vi.mock('../../src/model/validation/parse.js', async (original) => {
  const module = await original<typeof import('../../src/model/validation/parse.js')>()
  const parse: typeof module.parse = (schema, ...rest) => {
    parsed.schemas.push(schema)
    return module.parse(schema, ...rest)
  }
  return { ...module, parse }
})

type Method = Exclude<keyof AccountConversations, 'accountId'> | 'findInboxOwner' | 'forAccount'
interface Call {
  readonly send: (store: ConversationStore, input: never) => unknown
  /** Valid inputs, one for each way to name the target. */
  readonly inputs: readonly object[]
}

const customer = { oaId: 'page', customerId: 'customer' }
const named = { ...customer, identities: [{ id: 'customer', kind: 'phone' }] }
const conversation = [{ conversationId: 'conversation' }, customer]
const on =
  (method: Exclude<Method, 'findInboxOwner' | 'forAccount'>): Call['send'] =>
  (store, input) =>
    store.forAccount('acme')[method](input)

const events: Readonly<Record<keyof typeof eventSchemas | 'custom:x', object>> = {
  message: { type: 'message', messageId: 'm', localId: 'l', sender: {}, attachments: [{ type: 'image' }] },
  postback: { type: 'postback', sender: {} },
  message_edit: { type: 'message_edit', targetMessageId: 'm', text: 'new', sender: {} },
  message_attachments: { type: 'message_attachments', targetMessageId: 'm', attachments: [{ type: 'image' }], sender: {} },
  message_delete: { type: 'message_delete', targetMessageId: 'm', sender: {} },
  reaction: { type: 'reaction', targetMessageId: 'm', emoji: '👍', sender: {} },
  receipt: { type: 'receipt', status: 'failed', messageIds: ['m'], error: 'gone', sender: {} },
  message_sent: { type: 'message_sent', localId: 'l', messageId: 'm', sender: {} },
  message_failed: { type: 'message_failed', localId: 'l', sender: {} },
  identity_change: { type: 'identity_change', previous: [{ id: 'a', kind: 'phone' }], current: [{ id: 'b', kind: 'phone' }], sender: {} },
  referral: { type: 'referral', sender: {} },
  optin: { type: 'optin', sender: {} },
  handover: { type: 'handover', sender: {} },
  'custom:x': { type: 'custom:x', sender: {} },
}

const methods: Readonly<Record<Method, Call>> = {
  upsertConversation: { send: on('upsertConversation'), inputs: [customer, named] },
  upsertConversationWithEvents: {
    send: on('upsertConversationWithEvents'),
    inputs: [
      { ...customer, events: [] },
      { ...named, events: [] },
    ],
  },
  bulkUpsertConversationsWithEvents: {
    send: (store, input) => store.forAccount('acme').bulkUpsertConversationsWithEvents({ conversations: [input] }),
    inputs: [{ ...customer, events: [] }, named],
  },
  updateConversation: { send: on('updateConversation'), inputs: conversation },
  updateNickname: { send: on('updateNickname'), inputs: conversation.map((key) => ({ ...key, nickname: 'Lan' })) },
  markRead: { send: on('markRead'), inputs: conversation },
  markUnread: { send: on('markUnread'), inputs: conversation },
  closeConversation: { send: on('closeConversation'), inputs: conversation },
  snoozeConversation: { send: on('snoozeConversation'), inputs: conversation.map((key) => ({ ...key, until: new Date(0) })) },
  reopenConversation: { send: on('reopenConversation'), inputs: conversation },
  wakeDue: { send: on('wakeDue'), inputs: [{}] },
  sweep: { send: on('sweep'), inputs: [{}] },
  applyReceipt: { send: on('applyReceipt'), inputs: [{ oaId: 'page', status: 'failed', messageIds: ['m'] }] },
  mergeConversations: {
    send: on('mergeConversations'),
    inputs: conversation.map((key) => ({ keep: key, lose: { conversationId: 'other' } })),
  },
  mergeContacts: {
    send: on('mergeContacts'),
    inputs: [{ keep: { contactId: 'contact' }, lose: { oaId: 'page', customerId: 'c' } }],
  },
  unmergeContacts: { send: on('unmergeContacts'), inputs: [{ mergeId: 'merge' }] },
  unmergeConversations: { send: on('unmergeConversations'), inputs: [{ mergeId: 'merge' }] },
  linkCustomerIds: {
    send: on('linkCustomerIds'),
    inputs: [
      {
        oaId: 'page',
        identities: [
          { id: 'a', kind: 'phone' },
          { id: 'b', kind: 'user_id' },
        ],
      },
    ],
  },
  findConversation: { send: on('findConversation'), inputs: [{ conversationId: 'conversation' }] },
  findByOaAndCustomer: { send: on('findByOaAndCustomer'), inputs: [customer] },
  findByOa: { send: on('findByOa'), inputs: [{ oaId: 'page' }] },
  findByChatbotId: { send: on('findByChatbotId'), inputs: [{ chatbotId: 'bot' }] },
  listConversations: { send: on('listConversations'), inputs: [{}] },
  countConversations: { send: on('countConversations'), inputs: [{}] },
  findMessage: { send: on('findMessage'), inputs: [{ id: 'row' }, { ...customer, messageId: 'm' }, { ...customer, localId: 'l' }] },
  listMessages: { send: on('listMessages'), inputs: [{ conversationId: 'conversation' }] },
  listEvents: { send: on('listEvents'), inputs: [{ conversationId: 'conversation' }] },
  findContact: { send: on('findContact'), inputs: [{ contactId: 'contact' }, customer] },
  updateContact: { send: on('updateContact'), inputs: [{ contactId: 'contact' }, customer] },
  connectInbox: { send: on('connectInbox'), inputs: [{ oaId: 'page', channel: 'messenger' }] },
  disconnectInbox: { send: on('disconnectInbox'), inputs: [{ oaId: 'page' }] },
  recordHistoryProgress: { send: on('recordHistoryProgress'), inputs: [{ oaId: 'page', errorCode: 'code' }] },
  listInboxes: { send: on('listInboxes'), inputs: [{}] },
  acquireLease: { send: on('acquireLease'), inputs: [{ kind: 'sync', key: 'page', holder: 'host', ttlMs: 1000 }] },
  renewLease: { send: on('renewLease'), inputs: [{ kind: 'sync', key: 'page', token: 1, ttlMs: 1000 }] },
  releaseLease: { send: on('releaseLease'), inputs: [{ kind: 'sync', key: 'page', token: 1 }] },
  listLeases: { send: on('listLeases'), inputs: [{}] },
  beginSync: { send: on('beginSync'), inputs: [{ oaId: 'page', source: 'export' }] },
  resumeSync: { send: on('resumeSync'), inputs: [{ sessionId: 's', oaId: 'page', source: 'export' }] },
  writeSyncPage: {
    send: on('writeSyncPage'),
    inputs: [{ sessionId: 's', expectedPages: 0, conversations: [{ ...customer, events: [] }], phase: 'list', cursor: 'c', walk: 'w' }],
  },
  failSync: { send: on('failSync'), inputs: [{ sessionId: 's', error: { code: 'CODE', message: 'why' } }] },
  findSyncSession: { send: on('findSyncSession'), inputs: [{ sessionId: 's' }] },
  listSyncSessions: { send: on('listSyncSessions'), inputs: [{ oaId: 'page' }] },
  syncStatistics: { send: on('syncStatistics'), inputs: [{ oaId: 'page' }] },
  beginInboxMigration: {
    send: on('beginInboxMigration'),
    inputs: [{ sourceOaId: 'page', destinationOaId: 'other', onActiveConflict: 'skip', userId: 'admin' }],
  },
  undoInboxMigration: { send: on('undoInboxMigration'), inputs: [{ migrationId: 'm', userId: 'u' }] },
  moveInboxBatch: { send: on('moveInboxBatch'), inputs: [{ migrationId: 'm', expectedBatches: 0 }] },
  endInboxMigration: {
    send: on('endInboxMigration'),
    inputs: [
      { migrationId: 'm', as: 'cancelled' },
      { migrationId: 'm', as: 'failed', message: 'why', backtrace: 'where' },
    ],
  },
  findInboxMigration: { send: on('findInboxMigration'), inputs: [{ migrationId: 'm' }] },
  listInboxMigrations: { send: on('listInboxMigrations'), inputs: [{ sourceOaId: 'page' }] },
  previewInboxMove: { send: on('previewInboxMove'), inputs: [{ sourceOaId: 'page', destinationOaId: 'other', after: 'c' }] },
  findInboxOwner: { send: (store, input) => store.findInboxOwner(input), inputs: [{ channel: 'messenger', oaId: 'page' }] },
  forAccount: { send: (store, { accountId }: { accountId: string }) => store.forAccount(accountId), inputs: [{ accountId: 'acme' }] },
}

describe('a payload where a string is meant', () => {
  beforeEach(() => {
    parsed.schemas = []
  })
  // The test makes some 150,000 errors and reads no stack, so stacks are switched off to save time.
  const { stackTraceLimit } = Error
  beforeAll(() => {
    Error.stackTraceLimit = 0
  })
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit
  })

  it('has 500 forms', () => expect(operatorPayloads).toHaveLength(500))

  it.each(Object.keys(methods) as Method[])('is refused by %s in every argument, and nothing is sent', async (method) => {
    const adapter = recordingAdapter()
    const store = createConversationStore({ adapter })
    const { send, inputs } = methods[method]
    for (const input of inputs) await send(store, input as never)
    const sent = adapter.calls.length
    const wanted = method === 'wakeDue' || method === 'sweep' || method === 'forAccount' ? 0 : 1
    const paths = method === 'forAccount' ? [['accountId']] : stringArguments(parsed.schemas.at(-1))
    expect(paths.length).toBeGreaterThanOrEqual(wanted)

    const unexpected: unknown[] = []
    for (const path of paths) {
      for (const [index, payload] of operatorPayloads.entries()) {
        const error = await refusalOf(() => send(store, inputWith(inputs, path, payload) as never))
        if (!isRefusalAt(error, method, path)) unexpected.push({ path, index, error })
      }
    }
    expect(unexpected.slice(0, 3)).toEqual([])
    expect(adapter.calls.length).toBe(sent)
    expect(ran.count).toBe(0)
  })
})

async function refusalOf(work: () => unknown): Promise<unknown> {
  try {
    await work()
    return 'not refused'
  } catch (error) {
    return error
  }
}

/** Whether the error refuses exactly this argument. A refusal of anything else would prove nothing. */
function isRefusalAt(error: unknown, method: Method, path: ArgumentPath): boolean {
  if (!isConversationStoreError(error, 'VALIDATION_FAILED')) return false
  const inInput = path.map((key, index) => (path[index - 1] === 'events' ? 0 : key))
  const at = formatPath(method === 'bulkUpsertConversationsWithEvents' ? ['conversations', 0, ...inInput] : inInput)
  return error.details.issues.length > 0 && error.details.issues.every((issue) => issue.path.startsWith(at))
}

function inputWith(inputs: readonly object[], path: ArgumentPath, payload: unknown): object {
  const [first] = path
  const base = inputs.find((input) => first !== undefined && first in input) ?? inputs[0] ?? {}
  if (first !== 'events') return replaceAt(base, path, payload)
  const [, type, ...inEvent] = path
  return { ...base, events: [replaceAt(events[type as keyof typeof events], inEvent, payload)] }
}

function replaceAt(container: unknown, [key, ...rest]: ArgumentPath, payload: unknown): object {
  const inner =
    rest.length === 0 ? payload : replaceAt((container as Record<string | number, unknown> | undefined)?.[key ?? ''], rest, payload)
  if (typeof key === 'number') return Object.assign([...((container as unknown[] | undefined) ?? [])], { [key]: inner })
  return { ...(container as object | undefined), [key ?? '']: inner }
}
