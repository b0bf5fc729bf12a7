import type { AttachmentInput, MessageEventInput } from '../../model/event-inputs.js'
import type { ImportedMessagesTable } from './import-tables.js'
import type { LegacyMessage } from './legacy-source.js'
import { arrayOf, objectOf, textOf, timeOf } from './legacy-values.js'

/**
 * A message of the host's as an event of the store, or why it is none. One without an id of its channel gets a local
 * id, which is made of its table and its key, so that it is known when it comes again.
 */
export function readMessage(table: ImportedMessagesTable, customerId: string, { id, fields }: LegacyMessage): MessageEventInput | string {
  const occurredAt = timeOf(fields.occurredAt)
  if (occurredAt === null) return 'it has no time'
  const messageId = textOf(fields.messageId)
  const text = textOf(fields.text)
  const metadata = objectOf(fields.metadata)
  const attachments = arrayOf(fields.attachments).flatMap(attachmentOf)
  const senderId = textOf(fields.senderId)
  const name = textOf(fields.senderName)
  const isOutbound = saysOutbound(table, fields.direction, senderId, customerId)
  return {
    type: 'message',
    occurredAt,
    direction: isOutbound ? 'outbound' : 'inbound',
    ...(messageId === null ? { localId: importedId(table.name, id) } : { messageId }),
    ...(text === null ? {} : { text }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(metadata === null ? {} : { metadata }),
    ...(isOutbound ? { sender: { type: 'agent', id: senderId, name } } : name === null ? {} : { sender: { type: 'customer', name } }),
  }
}

/** The id of what the host gave none. */
export function importedId(table: string, id: string): string {
  return `import:${table}:${id}`
}

function saysOutbound({ fields, outbound }: ImportedMessagesTable, direction: unknown, senderId: string | null, customerId: string) {
  if (fields.direction !== undefined) return outbound.has(String(direction))
  return fields.senderId !== undefined && senderId !== customerId
}

function attachmentOf(value: unknown): readonly AttachmentInput[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'file', url: value }]
  const given = objectOf(value)
  if (given === null) return []
  const { type, url, name, payload } = given
  if (typeof type !== 'string') return [{ type: 'file', url: textOf(url), name: textOf(name), payload: given }]
  return [{ type, url: textOf(url), name: textOf(name), payload: objectOf(payload) }]
}
