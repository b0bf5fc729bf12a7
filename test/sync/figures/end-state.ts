import type { AccountConversations } from '../../../src/store/account-conversations.js'
import { eachConversation } from './each-conversation.js'

/**
 * What differs between two accounts to which the same came in the same order: ids that the store made, and times of the
 * database's clock. An event has the id of its message.
 */
const own = [
  'id',
  'accountId',
  'conversationId',
  'contactId',
  'contactInboxId',
  'sessionId',
  'createdAt',
  'updatedAt',
  'statusChangedAt',
  'startedAt',
  'finishedAt',
  'elapsedMs',
]

/** Everything else that an account has, with its messages and events in the order of their numbers, and the session. */
export async function endState(account: AccountConversations): Promise<ReadonlyMap<string, string>> {
  const state = new Map<string, string>()
  const keep = (name: string, value: object) => {
    if (state.has(name)) throw new Error(`there are two of ${name}`)
    state.set(name, JSON.stringify(Object.entries(value).filter(([field]) => !own.includes(field))))
  }
  await eachConversation(account, async (conversation) => {
    const { id, customerId } = conversation
    keep(`conversation of ${customerId}`, conversation)
    for await (const message of account.listMessages({ conversationId: id })) keep(`message ${message.messageId} of ${customerId}`, message)
    for await (const event of account.listEvents({ conversationId: id })) keep(`event ${event.eventSeq} of ${customerId}`, event)
    const contact = await account.findContact({ contactId: conversation.contactId })
    keep(`contact of ${customerId}`, contact ?? {})
  })
  for await (const session of account.listSyncSessions()) keep(`session that is ${session.status}`, session)
  return state
}

/** The names of what two states do not have alike. */
export function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name))
}
