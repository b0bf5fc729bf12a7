import { coalesce } from '../../src/postgres/coalesce.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../src/store/adapter.js'

/** Lanes whose statements end when the test says so. */
export function controlled(lanes = 2) {
  const statements: {
    readonly input: UpsertConversations
    end(results?: readonly UpsertResult[]): Promise<void>
    fail(error: unknown): Promise<void>
  }[] = []
  const upsert = coalesce((input) => {
    return new Promise((resolve, reject) => {
      statements.push({
        input,
        end: async (results = input.items.map(resultOf)) => settle(() => resolve(results)),
        fail: async (error) => settle(() => reject(error)),
      })
    })
  }, lanes)
  const answers: string[] = []
  const submit = (name: string, more: Partial<UpsertConversations> = {}, itemParts: Partial<UpsertItem> = {}) => {
    const answer = upsert(callOf(name, more, itemParts))
    answer.then(
      ([result]) => answers.push(`${name}: ${result?.ok ? result.outcome : result?.failure.code}`),
      (error) => answers.push(`${name}: ${error.code ?? error.message}`),
    )
    return answer
  }
  const sent = () => statements.map(({ input }) => input.items.map(({ operationId }) => operationId).join(' '))
  const at = (index: number) => {
    const statement = statements[index]
    if (statement === undefined) throw new Error(`there is no statement ${index}`)
    return statement
  }
  return { submit, sent, at, answers, statements }
}

/** Waits for the two turns of the event loop in which answered callers may call again and the lane takes what waits. */
async function settle(act: () => void): Promise<void> {
  act()
  await new Promise((turn) => setImmediate(turn))
  await new Promise((turn) => setImmediate(turn))
}

/** A caller needs a few steps to handle its answer before it calls again. All of them run in one turn. */
export function afterSteps<T>(steps: number, act: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (let step = 0; step < steps; step++) await null
    return act()
  }
}

/** `a1` is the first call for customer a. */
export function callOf(name: string, more: Partial<UpsertConversations> = {}, itemParts: Partial<UpsertItem> = {}): UpsertConversations {
  const item: UpsertItem = {
    oaId: 'page',
    customerId: name.replace(/\d+$/, ''),
    operationId: name,
    ids: { conversation: name, contact: name, contactInbox: name, identities: [] },
    identities: [],
    patch: {},
    channel: null,
    expectedVersion: null,
    onClosed: null,
    defaultOnClosed: 'new',
    historyOpens: 'open',
    markUnread: false,
    usernameKey: null,
    events: [],
    ...itemParts,
  }
  return { accountId: 'acme', operationId: `call ${name}`, firstSentAt: null, now: null, atomic: true, items: [item], ...more }
}

const resultOf = ({ operationId }: UpsertItem): UpsertResult => ({
  ok: true,
  outcome: 'updated',
  conversation: null,
  events: [],
  conflicts: [],
  ...{ operationId },
})
export const messages = (count: number, text = 'x'): UpsertItem['events'] =>
  Array.from({ length: count }, (_, n) => ({
    type: 'message',
    id: `e${n}`,
    messageId: `m${n}`,
    localId: null,
    occurredAt: null,
    sender: { id: null, type: 'customer', name: null },
    dedupeKey: '',
    direction: 'inbound',
    text,
    attachments: [],
    replyTo: null,
    metadata: null,
    history: false,
  }))
