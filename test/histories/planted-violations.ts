import { grouped } from './grouped.js'
import type { Operation } from './history.js'
import { plantedGrants } from './planted-grants.js'
import { type Draft, first, type PlantedViolation } from './planted-violation.js'
import { readMark } from './random-events.js'
import type { World } from './world.js'

type Rows = Draft<World>['accounts'][number]

export const plantedViolations: readonly PlantedViolation[] = [
  {
    rule: 'an acknowledged message is there once',
    plant: ({ accounts }) => rowsOf(accounts).messages.pop(),
  },
  {
    rule: 'an acknowledged message is there once',
    plant({ accounts }) {
      const { messages } = rowsOf(accounts)
      messages.push({ ...first(messages, ({ message_id }) => message_id !== null), id: 'another' })
    },
  },
  {
    rule: 'a message is stored by one call',
    plant({ operations }) {
      const call = first(operations.flatMap(storing), ({ input }) => input.events[0]?.type === 'message')
      operations.push({ ...call, op: 'p9.1' })
    },
  },
  {
    rule: 'nothing is stored of a refused call',
    plant({ operations, accounts }) {
      const op = readMark(first(rowsOf(accounts).messages, ({ text }) => text !== '').text)?.op
      const call = first(operations, (each) => each.op === op)
      Object.assign(call, { outcome: 'failed', error: { code: 'CONTENTION', outcome: 'not_applied', details: {} } })
    },
  },
  {
    rule: 'nothing is stored of a duplicate',
    plant({ operations, accounts }) {
      const texts = new Set(rowsOf(accounts).messages.map(({ text }) => text))
      const isThere = ({ input: { events } }: ReturnType<typeof storing>[number]) =>
        events[0]?.type === 'message' && texts.has(events[0].text ?? '')
      const result = first(operations.flatMap(storing), isThere).result.events[0]
      if (result) result.outcome = 'duplicate'
    },
  },
  { rule: 'a text has a writer', plant: ({ accounts }) => Object.assign(first(rowsOf(accounts).messages), { text: 'of nobody' }) },
  { rule: 'the seqs have no hole', plant: ({ accounts }) => (first(rowsOf(accounts).messages).seq += 99) },
  {
    rule: 'the eventSeqs have no hole',
    plant: ({ accounts }) =>
      Object.assign(
        first(rowsOf(accounts).events, ({ event_seq }) => event_seq !== null),
        { event_seq: 99 },
      ),
  },
  { rule: 'unread is exact', plant: ({ accounts }) => (first(rowsOf(accounts).conversations).unread_count += 1) },
  {
    rule: 'the latest message is shown',
    plant: ({ accounts }) => {
      for (const row of rowsOf(accounts).conversations) row.last_message_at = new Date(0)
    },
  },
  {
    rule: 'the preview is the latest message',
    plant: ({ accounts }) => {
      for (const row of rowsOf(accounts).conversations) row.last_message_preview = 'of nobody'
    },
  },
  {
    rule: 'a customer has one active conversation',
    plant({ accounts }) {
      const { conversations } = rowsOf(accounts)
      conversations.push({ ...first(conversations, ({ status }) => status === 'open'), id: 'another' })
    },
  },
  {
    rule: 'a conversation is opened by one call',
    plant: ({ accounts }) =>
      rowsOf(accounts).conversations.push({ ...first(rowsOf(accounts).conversations), id: 'another', status: 'closed' }),
  },
  {
    rule: 'the conversation that was opened later is the later one',
    plant({ operations }) {
      const opened = operations.flatMap(opening)
      const ofCustomer = grouped(
        opened,
        ({ accountId, result: { conversation } }) => `${accountId} ${conversation.oaId} ${conversation.customerId}`,
      )
      const [earlier] = first([...ofCustomer.values()], (same) => same.length > 1)
      if (earlier) earlier.result.conversation.createdAt = '9999-01-01T00:00:00.000Z'
    },
  },
  {
    rule: 'an active conversation is found',
    plant({ operations }) {
      const open = first(operations.flatMap(finding), ({ result }) => result !== null && result.version === 0)
      const again = { ...open, op: 'p9.1', invokedAt: Number.MAX_VALUE, endedAt: Number.MAX_VALUE, result: null }
      const id = open.result?.id
      // Nobody closes that conversation.
      const isAbout = (each: Operation) => id !== undefined && each !== open && JSON.stringify(each).includes(id)
      operations.splice(0, operations.length, ...operations.filter((each) => !isAbout(each as Operation)), again)
    },
  },
  {
    rule: 'a version has one writer',
    plant: ({ operations }) => operations.push({ ...first(operations.flatMap(naming)), op: 'p9.1' }),
  },
  {
    rule: 'a version has one state',
    plant({ operations }) {
      const { result, ...call } = first(operations.flatMap(naming))
      const other = { ...result, outcome: 'unchanged' as const, conversation: { ...result.conversation, customerName: 'another' } }
      operations.push({ ...call, op: 'p9.1', result: other })
    },
  },
  {
    rule: 'a write changes only what it is about',
    plant({ operations }) {
      const { result, ...call } = first(operations.flatMap(naming))
      const { conversation } = result
      const next = { ...conversation, version: conversation.version + 1, customerName: 'another' }
      operations.push({ ...call, op: 'p9.1', result: { ...result, conversation: next } })
    },
  },
  {
    rule: 'an expected version holds',
    plant: ({ operations }) => (first(operations.flatMap(naming)).input.expectedVersion = 99),
  },
  {
    rule: 'what was acknowledged is seen from then on',
    plant({ operations }) {
      const call = first(operations.flatMap(naming))
      const late = { invokedAt: Number.MAX_VALUE, endedAt: Number.MAX_VALUE }
      const { result, ...base } = call
      const older = {
        ...result,
        outcome: 'unchanged' as const,
        conversation: { ...result.conversation, version: result.conversation.version - 1 },
      }
      operations.push({ ...base, ...late, op: 'p9.1', result: older })
    },
  },
  {
    rule: 'the last acknowledged state is the stored one',
    plant: ({ accounts }) => {
      for (const row of rowsOf(accounts).conversations) row.nickname = 'of nobody'
    },
  },
  {
    rule: 'the last acknowledged state is the stored one',
    plant: ({ accounts }) => {
      for (const row of rowsOf(accounts).conversations) row.version -= 1
    },
  },
  {
    rule: 'a reader of events skips none',
    plant: ({ operations }) => first(operations.flatMap(reading), ({ result }) => result.items.length > 1).result.items.shift(),
  },
  {
    rule: 'a status never goes back',
    plant({ operations }) {
      const page = first(operations.flatMap(listing), ({ result }) => result.items.some(({ status }) => status === 'sent'))
      const late = structuredClone({ ...page, op: 'p9.1', invokedAt: Number.MAX_VALUE, endedAt: Number.MAX_VALUE })
      for (const message of late.result.items) message.status = 'pending'
      operations.push(late)
    },
  },
  {
    rule: 'accounts are walls',
    plant({ accounts }) {
      const [own, other] = accounts
      if (own && other) first(own.messages).conversation_id = first(other.conversations).id
    },
  },
  {
    rule: 'accounts are walls',
    plant: ({ operations }) => (first(operations.flatMap(naming)).result.conversation.accountId = 'of nobody'),
  },
  { rule: 'owners and inboxes agree', plant: ({ owners }) => owners.pop() },
  {
    rule: 'owners and inboxes agree',
    plant: ({ accounts }) => {
      for (const inbox of accounts.flatMap(({ inboxes }) => inboxes)) inbox.status = 'disconnected'
    },
  },
  {
    rule: 'a channel identity has one owner',
    plant({ operations }) {
      const connected = first(operations.flatMap((each) => (each.method === 'connectInbox' && each.outcome === 'ok' ? [each] : [])))
      const accountId = connected.accountId === 'acme' ? 'umbrella' : 'acme'
      const at = connected.endedAt + 0.5
      operations.splice(operations.indexOf(connected) + 1, 0, { ...connected, op: 'p9.1', accountId, invokedAt: at, endedAt: at })
    },
  },
  ...plantedGrants,
  {
    rule: 'the last acknowledged name stays',
    plant: ({ accounts }) => {
      for (const contact of accounts.flatMap(({ contacts }) => contacts)) contact.name = 'of nobody'
    },
  },
  {
    rule: "every error is the library's",
    plant({ operations }) {
      const error = { code: null, outcome: 'unknown', details: null, raw: 'MongoServerError' }
      Object.assign(first(operations), { outcome: 'unknown', error })
    },
  },
]

type Call = Draft<Operation>

const naming = (each: Call) =>
  each.method === 'updateNickname' && each.outcome === 'ok' && each.result.outcome === 'updated' ? [each] : []
const storing = (each: Call) =>
  each.method === 'upsertConversationWithEvents' && each.outcome === 'ok' && each.result.events[0]?.outcome === 'stored' ? [each] : []
const opening = (each: Call) =>
  each.method === 'upsertConversation' && each.outcome === 'ok' && each.result.outcome === 'created' ? [each] : []
const finding = (each: Call) => (each.method === 'findByOaAndCustomer' && each.outcome === 'ok' ? [each] : [])
const reading = (each: Call) => (each.method === 'listEvents' && each.outcome === 'ok' ? [each] : [])
const listing = (each: Call) => (each.method === 'listMessages' && each.outcome === 'ok' ? [each] : [])

function rowsOf(accounts: Draft<World>['accounts']): Rows {
  return first(accounts)
}
