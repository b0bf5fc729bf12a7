import type { JsonObject } from '../../src/model/json.js'
import type { NormalizedItem } from '../../src/webhooks/index.js'

/**
 * Converts an item to the field names of `fixtures/expected.json`. Those names come from the people who collected the
 * bodies.
 */
export function inPayloadWords({ oaId, customerId, event, standby }: NormalizedItem): Record<string, unknown> {
  const occurredAt = event.occurredAt?.toISOString()
  const common = { kind: event.type, channel: 'messenger', accountRef: oaId, customerId, occurredAt }
  switch (event.type) {
    case 'message': {
      const types = (event.attachments ?? []).map(({ type }) => type)
      const location = event.attachments?.find(({ type }) => type === 'location')?.payload
      return {
        ...common,
        direction: event.direction,
        messageId: event.messageId,
        text: event.text,
        ...(types.length > 0 && { attachments: types }),
        ...(location && { location }),
        ...picked(event.metadata, ['quickReplyPayload', 'appId', 'unsupported']),
        ...(standby && { standby: event.metadata?.standby }),
      }
    }
    case 'message_edit':
      return { ...common, direction: 'inbound', text: event.text, targetMessageId: event.targetMessageId, numEdit: event.editNumber }
    case 'message_delete':
      return { ...common, targetMessageId: event.targetMessageId }
    case 'reaction':
      return { ...common, targetMessageId: event.targetMessageId, action: event.action === 'remove' ? 'unreact' : 'react' }
    case 'receipt':
      return { ...common, status: event.status, messageIds: event.messageIds ?? [], watermark: event.watermark?.toISOString() }
    case 'postback':
      return {
        ...common,
        direction: 'inbound',
        messageId: event.messageId ?? null,
        payload: event.payload?.payload,
        ...(event.payload?.title !== undefined && { text: event.payload.title }),
      }
    case 'referral':
      return { ...common, ...picked(event.payload, ['ref']) }
    case 'optin':
      return {
        ...common,
        ...picked(event.payload, ['ref']),
        ...(event.payload?.type !== undefined && { optinType: event.payload.type }),
      }
    case 'handover':
      return { ...common, ...picked(event.payload, ['action', 'requestedOwnerAppId']) }
    default:
      throw new Error(`no body is expected to give the event ${event.type}`)
  }
}

function picked(from: JsonObject | null | undefined, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => from?.[name] !== undefined).map((name) => [name, from?.[name]]))
}
