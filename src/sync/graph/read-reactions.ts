import type { ReactionEventInput } from '../../model/event-inputs.js'
import { field, listField, readId, stringField } from '../../webhooks/reading/fields.js'
import type { LeftOut } from '../source.js'
import type { MessageContext } from './message-context.js'
import { refusalBy } from './refusal-by.js'

/** The message whose reactions are read. */
interface ReactedMessage extends MessageContext {
  readonly messageId: string
  readonly occurredAt: Date
}

/**
 * Reads who reacted to a message and how. The API does not say when, so a reaction has its message's time: any that
 * came live is later, and stays. Of one sender's reactions the first counts, and only those of the two who talk.
 */
export function readReactions(item: unknown, path: string, message: ReactedMessage) {
  const reactions = new Map<string, ReactionEventInput>()
  const invalid: LeftOut[] = []
  listField(field(item, 'reactions'), 'data').forEach((given, index) => {
    for (const reading of readReaction(given, message)) {
      if ('refused' in reading) {
        invalid.push({ what: 'reaction', path: `${path}.reactions.data[${index}]`, reason: reading.refused, count: 1 })
      } else if (!reactions.has(reading.by)) {
        reactions.set(reading.by, reading.reaction)
      }
    }
  })
  return { reactions: [...reactions.values()], invalid }
}

type ReactionReading = { readonly by: string; readonly reaction: ReactionEventInput } | { readonly refused: string }

/** One emoji, and everybody who reacted with it. */
function readReaction(given: unknown, message: ReactedMessage): readonly ReactionReading[] {
  const emoji = stringField(given, 'emoji') || stringField(given, 'reaction')
  if (!emoji) return [{ refused: 'emoji and reaction are missing' }]
  const named = field(given, 'users')
  const users = Array.isArray(named) ? named : listField(named, 'data')
  if (users.length === 0) return [{ refused: 'users is missing' }]
  return users.flatMap((user: unknown) => readUser(user, emoji, message) ?? [])
}

/** Null for somebody who is neither the inbox nor the customer. */
function readUser(user: unknown, emoji: string, { ownId, customerId, messageId, occurredAt }: ReactedMessage): ReactionReading | null {
  const by = readId(field(user, 'id'), 'users.id')
  if (by === null) return { refused: 'users.id is missing' }
  if ('refused' in by) return by
  if (by.id !== ownId && by.id !== customerId) return null
  const sender = { id: by.id, type: by.id === ownId ? 'agent' : 'customer' } as const
  const reaction: ReactionEventInput = { type: 'reaction', targetMessageId: messageId, emoji, occurredAt, sender }
  const refused = refusalBy(reaction)
  return refused === null ? { by: by.id, reaction } : { refused }
}
