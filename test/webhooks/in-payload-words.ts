import type { EventInput } from '../../src/model/event-inputs.js'
import type { Json, JsonObject } from '../../src/model/json.js'
import type { ChannelNormalizer, NormalizedItem } from '../../src/webhooks/index.js'

/**
 * Converts items to the field names of `fixtures/expected`. Those names come from the people who collected the bodies.
 * A message of the past and the receipt that says what had become of it are one there.
 */
export function inPayloadWords(items: readonly NormalizedItem[], { channel }: ChannelNormalizer): readonly Record<string, unknown>[] {
  return items.flatMap((item) => {
    if (item.event.type === 'receipt' && item.history === true) return []
    return [{ ...common(item, channel), ...ofEvent(item.event, item), ...status(item, items) }]
  })
}

function common({ oaId, customerId, event, standby, history, identities = [], ...item }: NormalizedItem, channel: string) {
  const aliases = identities.map(({ id }) => id).filter((id) => id !== customerId)
  return {
    kind: event.type.replace('custom:', ''),
    channel: item.channel ?? channel,
    accountRef: oaId,
    customerId: customerId ?? 'from-stored-message',
    occurredAt: event.occurredAt?.toISOString(),
    ...(aliases.length > 0 && { aliases }),
    ...(standby && { standby }),
    ...(history && { history }),
    ...(event.eventId !== undefined && { messageId: event.eventId }),
  }
}

function status({ event, history, path }: NormalizedItem, items: readonly NormalizedItem[]) {
  if (event.type !== 'message' || history !== true) return {}
  const receipt = items.find((other) => other.event.type === 'receipt' && other.path === path)?.event
  return receipt?.type === 'receipt' ? { status: receipt.status } : {}
}

function ofEvent(event: EventInput, { history }: NormalizedItem): Record<string, unknown> {
  switch (event.type) {
    case 'message':
      return { ...ofMessage(event), direction: event.direction, messageId: event.messageId, text: event.text, replyTo: event.replyTo }
    case 'message_attachments': {
      // It is how the file of a message arrives that came without it.
      const { targetMessageId: messageId, text } = event
      return { ...ofMessage(event), kind: 'message', direction: 'inbound', messageId, text, history }
    }
    case 'message_edit':
      return { direction: 'inbound', text: event.text, targetMessageId: event.targetMessageId, numEdit: event.editNumber }
    case 'message_delete':
      return { targetMessageId: event.targetMessageId }
    case 'reaction':
      return {
        targetMessageId: event.targetMessageId,
        action: event.action === 'remove' ? 'unreact' : 'react',
        emoji: event.emoji,
      }
    case 'receipt': {
      const { messageIds = [], watermark, error } = event
      return { status: event.status, messageIds, watermark: watermark?.toISOString(), errorCode: error?.split(' ')[0] }
    }
    case 'postback': {
      const { payload, title } = event.payload ?? {}
      return { direction: 'inbound', messageId: event.messageId ?? null, payload, ...(title !== undefined && { text: title }) }
    }
    case 'identity_change': {
      const [[previousId, ...previousAliases], [currentId, ...currentAliases]] = [event.previous.map(idOf), event.current.map(idOf)]
      return { previousId, currentId, previousAliases, currentAliases }
    }
    case 'optin':
      return { ...event.payload, optinType: event.payload?.type }
    default:
      return 'payload' in event ? { ...event.payload } : {}
  }
}

function ofMessage(event: Extract<EventInput, { readonly type: 'message' | 'message_attachments' }>) {
  const attachments = event.attachments ?? []
  const metadata: JsonObject = event.type === 'message' ? (event.metadata ?? {}) : {}
  const types = [...attachments.map(({ type }) => type), ...(metadata.mediaPlaceholder === true ? ['media_placeholder'] : [])]
  const payloadOf = (type: string): JsonObject | null => attachments.find((attachment) => attachment.type === type)?.payload ?? null
  const sender = event.sender?.type === 'agent' ? event.sender.id : undefined
  return {
    ...metadata,
    ...(types.length > 0 && { attachments: types }),
    location: payloadOf('location'),
    stickerId: payloadOf('sticker')?.stickerId,
    mediaId: attachments[0]?.payload?.id,
    agentId: sender,
  } satisfies Record<string, Json | undefined>
}

function idOf({ id }: { readonly id: string }): string {
  return id
}
