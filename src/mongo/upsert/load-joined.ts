import type { MongoContext } from '../context.js'
import { loadNeeds } from './load-needs.js'
import type { LoadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'

/**
 * Loads what joining people asks about each copy of a message, and about each event that waits, beyond `doubles`: in
 * two commands for each kind of question, however many copies and events there are. Otherwise the planner would ask for
 * them one after another.
 */
export async function loadJoined(context: MongoContext, world: LoadedWorld, accountId: string, scopes: readonly string[]): Promise<void> {
  const load = async (needs: readonly Need[]) => {
    const open = needs.filter((need) => !world.isAnswered(need))
    if (open.length > 0) await loadNeeds(context, world, accountId, open)
  }
  await load(scopes.map((contactInboxId) => ({ what: 'all waiting', contactInboxId })))
  for (const contactInboxId of scopes) world.answered({ what: 'anything waiting', contactInboxId })

  const waiting = scopes.flatMap(world.waitingUnder)
  const inScopes = (what: 'message by message id' | 'message by local id', values: readonly (string | null)[]): readonly Need[] =>
    [...new Set(values)].flatMap((value) => (value === null ? [] : scopes.map((contactInboxId) => ({ what, contactInboxId, value }))))
  await load([
    ...inScopes(
      'message by message id',
      waiting.flatMap(({ messageId, targetMessageId }) => [messageId, targetMessageId]),
    ),
    ...inScopes(
      'message by local id',
      waiting.map(({ localId }) => localId),
    ),
  ])

  const messages = scopes.flatMap(world.messagesUnder)
  await load([
    ...inScopes(
      'message by message id',
      messages.map(({ messageId }) => messageId),
    ),
    ...inScopes(
      'message by local id',
      messages.map(({ localId }) => localId),
    ),
  ])
  await load(messages.map(({ conversationId }) => ({ what: 'conversation', id: conversationId })))
  await load(
    messages.flatMap(({ scopeId, messageId }): readonly Need[] =>
      messageId === null ? [] : [{ what: 'event by message id', contactInboxId: scopeId, value: messageId }],
    ),
  )
}
