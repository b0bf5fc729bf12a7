import { field, idText, isRecord, present, readId, readName, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { messageEvent } from '../reading/message-event.js'
import { readProtocol, readReaction } from './changes.js'
import { quotedIn, readContent, unwrapped } from './content.js'
import { type EvolutionInbox, readChat } from './participants.js'
import { readSeconds } from './times.js'

/** Reads what was said in a chat, by the customer or by the inbox. `fromMe` is missing where the customer wrote. */
export function readMessage(data: unknown, inbox: EvolutionInbox, history: boolean): ItemReading {
  if (!isRecord(data)) return { refused: 'not an object' }
  const chat = readChat(field(data, 'key'), inbox)
  if ('refused' in chat || 'ignored' in chat) return chat
  const id = readId(field(field(data, 'key'), 'id'), 'key.id')
  if (id === null) return { refused: 'key.id is missing' }
  if ('refused' in id) return id
  // The name is that of whoever wrote, so the inbox's own where the inbox wrote.
  const name = chat.fromInbox ? null : readName(field(data, 'pushName'))
  const context = {
    ...chat,
    occurredAt: readSeconds(field(data, 'messageTimestamp')),
    ...(name !== null && { customerName: name }),
    ...(history && { history }),
  }
  const message = unwrapped(field(data, 'message'))
  if (!isRecord(message)) return { ignored: 'no message content (placeholder, undecryptable)' }
  const changed = readReaction(message, id.id, context) ?? readProtocol(message, id.id, context)
  if (changed !== null) return changed
  const content = readContent(message)
  if (content === null) return { ignored: 'no message content (placeholder, undecryptable)' }
  const isUnsupported = content.isUnsupported === true
  const metadata = present({
    ...content.metadata,
    unsupported: isUnsupported || null,
    unsupportedType: isUnsupported ? (stringField(data, 'messageType')?.slice(0, 64) ?? null) : null,
  })
  const { text, attachments } = content
  const said = { messageId: id.id, text, attachments, metadata, replyTo: idText(quotedIn(data, message)) }
  return { context, events: [messageEvent(context, said)] }
}
