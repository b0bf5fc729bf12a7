import { field, readId, stringField } from '../fields.js'
import { eventBase, type ItemContext, type Reading } from '../item-context.js'

/** Reads an edit. `num_edit` comes as a number or as a string. */
export function readEdit(item: unknown, context: ItemContext): Reading {
  const edit = field(item, 'message_edit')
  const target = readId(field(edit, 'mid'), 'message_edit.mid')
  if (target === null) return { refused: 'message_edit.mid is missing' }
  if ('refused' in target) return target
  const text = stringField(edit, 'text')
  if (text === null) return { refused: 'message_edit.text is not a string' }
  const editNumber = Number(field(edit, 'num_edit') ?? Number.NaN)
  return {
    events: [
      {
        type: 'message_edit',
        targetMessageId: target.id,
        text,
        ...(Number.isInteger(editNumber) && editNumber >= 0 && editNumber < 2 ** 31 && { editNumber }),
        ...eventBase(context),
      },
    ],
  }
}

/**
 * Reads a reaction. An empty target is refused, because it would match every message without an id. When there is no
 * emoji, the name of the reaction is used.
 */
export function readReaction(item: unknown, context: ItemContext): Reading {
  const reaction = field(item, 'reaction')
  const target = readId(field(reaction, 'mid'), 'reaction.mid')
  if (target === null) return { refused: 'reaction.mid is missing' }
  if ('refused' in target) return target
  const base = { type: 'reaction', targetMessageId: target.id, ...eventBase(context) } as const
  if (field(reaction, 'action') === 'unreact') return { events: [{ ...base, action: 'remove' }] }
  const emoji = stringField(reaction, 'emoji') || stringField(reaction, 'reaction')
  return emoji ? { events: [{ ...base, action: 'add', emoji }] } : { refused: 'reaction.emoji and reaction.reaction are missing' }
}
