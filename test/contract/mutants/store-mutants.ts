import { ConversationStoreError } from '../../../src/model/errors.js'
import { around } from './call-bugs.js'
import type { MemoryMutant } from './mutated-memory.js'

let ids = 0

export const storeMutants: readonly MemoryMutant[] = [
  {
    bug: 'a find looks into other accounts',
    subject: 'findConversation',
    caughtBy: 'answers null for an unknown id and for another account’s',
    ...around('findConversation', async (input, send, { database, accountIds }) => {
      for (const accountId of accountIds) {
        if (database.account(accountId).conversations.rows.has(input.conversationId)) return send({ ...input, accountId })
      }
      return send()
    }),
  },
  {
    bug: 'the operation id is ignored',
    subject: 'COMMIT_OUTCOME_UNKNOWN',
    caughtBy: 'never comes of one lost reply: every write is applied once, with its outcome',
    ...around('updateConversation', (input, send) => send({ ...input, operationId: `fresh-${++ids}` })),
  },
  {
    bug: 'an operation that may be forgotten is applied again',
    subject: 'COMMIT_OUTCOME_UNKNOWN',
    caughtBy: 'is said of a change that the conversation may have forgotten among 16 younger ones, which is not applied again',
    ...around('updateConversation', (input, send) => send({ ...input, firstSentAt: null })),
  },
  {
    bug: 'a bulk is not atomic',
    subject: 'bulkUpsertConversationsWithEvents',
    caughtBy: 'writes nothing when one item fails, and says which failure it was',
    ...around('upsertConversations', async (input, send) => {
      const results = []
      for (const item of input.items) {
        const [result] = await send({ ...input, items: [item] })
        if (result) results.push(result)
      }
      return results
    }),
  },
  {
    bug: 'a bad item of `atomic: false` takes its neighbours with it',
    subject: 'bulkUpsertConversationsWithEvents',
    caughtBy: 'with `atomic: false` reports a bad item in its place and writes its neighbours',
    ...around('upsertConversations', (input, send) => send({ ...input, atomic: true })),
  },
  {
    bug: 'a cursor repeats what has the time of its last item',
    subject: 'listConversations',
    caughtBy: 'pages through 100 conversations of one instant, repeating none and missing none',
    ...around('listConversations', (input, send) =>
      input.limit < 500 && input.after ? send({ ...input, after: [Number(input.after[0]), '\uffff'], limit: input.limit + 1 }) : send(),
    ),
  },
  {
    bug: 'a cursor skips what has the time of its last item',
    subject: 'listConversations',
    caughtBy: 'pages through 100 conversations of one instant, repeating none and missing none',
    ...around('listConversations', (input, send) => send(input.after ? { ...input, after: [Number(input.after[0]), ''] } : input)),
  },
  {
    bug: 'a count ignores the chatbot',
    subject: 'countConversations',
    caughtBy: 'counts exactly what every filter matches',
    ...around('countConversations', (input, send) => send({ ...input, chatbotId: null })),
  },
  {
    bug: 'a disconnected inbox keeps its owner',
    subject: 'disconnectInbox',
    caughtBy: 'gives the channel identity up, and says when',
    database: () => ({ deleteOwner: () => {} }),
  },
  {
    bug: 'a second account takes a channel identity over',
    subject: 'connectInbox',
    caughtBy: 'refuses a channel identity that another account has, until that one disconnects it',
    database: () => ({ owner: () => null }),
  },
  {
    bug: 'NOT_FOUND says of what is another account’s that it is',
    subject: 'NOT_FOUND',
    caughtBy: 'is one and the same answer for what is not there and for what another account has',
    ...around('closeConversation', async (input, send, { database, accountIds }) => {
      const target = 'conversationId' in input.target ? input.target.conversationId : ''
      const isForeign = [...accountIds].some(
        (accountId) => accountId !== input.accountId && database.account(accountId).conversations.rows.has(target),
      )
      if (isForeign) throw new ConversationStoreError('INVALID_TRANSITION', { from: 'foreign', to: 'closed' })
      return send()
    }),
  },
]
