import { instagram, twilio, widget } from '../../src/webhooks/index.js'
import type { WrittenChannel } from './channels.js'

const item = (person: number, oaId: string, at: number) => ({ sender: { id: `igsid-${person}` }, recipient: { id: oaId }, timestamp: at })

export const instagramChannel: WrittenChannel = {
  normalizer: instagram,
  kinds: ['inbound', 'echo', 'delete', 'reaction', 'receipt', 'press'],
  namings: ['phone'],
  ids: (person) => [`igsid-${person}`],
  bodies: (pieces, oaId) => [{ object: 'instagram', entry: pieces.map((piece) => ({ id: oaId, time: 1, messaging: [piece] })) }],
  piece(fact, oaId) {
    const said = item(fact.person, oaId, fact.at)
    switch (fact.kind) {
      case 'inbound':
        return { ...said, message: { mid: fact.id, text: fact.text, ...(fact.replyTo && { reply_to: { mid: fact.replyTo } }) } }
      case 'echo':
        return { ...said, sender: said.recipient, recipient: said.sender, message: { mid: fact.id, text: fact.text, is_echo: true } }
      case 'delete':
        return { ...said, message: { mid: fact.target, is_deleted: true } }
      case 'reaction':
        return {
          ...said,
          reaction: { mid: fact.target, action: fact.emoji === null ? 'unreact' : 'react', emoji: fact.emoji ?? undefined },
        }
      case 'receipt':
        // Instagram tells of nothing but the last message that was read.
        return { ...said, read: { mid: fact.target } }
      case 'press':
        return { ...said, postback: { mid: fact.id, payload: fact.payload } }
      default:
        throw new Error(`Instagram has no ${fact.kind}`)
    }
  },
}

/** Twilio tells no times, and an inbox's own messages only by what becomes of them. */
export const twilioChannel: WrittenChannel = {
  normalizer: twilio,
  channel: 'whatsapp',
  kinds: ['inbound'],
  namings: ['phone', 'other', 'both'],
  ids: (person) => [`+8490000000${person}`, `VN.${person}`],
  bodies: (pieces) => pieces,
  piece(fact, oaId) {
    const [number, userId] = [`whatsapp:+8490000000${fact.person}`, `VN.${fact.person}`]
    const from = { phone: { From: number }, other: { From: `whatsapp:${userId}` }, both: { From: number, ExternalUserId: userId } }
    if (fact.kind !== 'inbound') throw new Error(`Twilio has no ${fact.kind}`)
    const replyTo = fact.replyTo !== undefined && { OriginalRepliedMessageSid: fact.replyTo }
    return { MessageSid: fact.id, To: oaId, Body: fact.text, ProfileName: `Person ${fact.person}`, ...from[fact.naming], ...replyTo }
  },
}

export const widgetChannel: WrittenChannel = {
  normalizer: widget,
  kinds: ['inbound', 'edit', 'delete', 'reaction', 'press'],
  namings: ['phone'],
  ids: (person) => [`visitor-${person}`],
  bodies: (pieces) => pieces,
  piece(fact, oaId) {
    const at = new Date(fact.at).toISOString()
    const event = () => {
      switch (fact.kind) {
        case 'inbound':
          return { type: 'message', id: fact.id, text: fact.text, at, ...(fact.replyTo !== undefined && { replyTo: fact.replyTo }) }
        case 'edit':
          return { type: 'edit', messageId: fact.target, text: fact.text, at }
        case 'delete':
          return { type: 'delete', messageId: fact.target, at }
        case 'reaction':
          return { type: 'reaction', messageId: fact.target, ...(fact.emoji !== null && { emoji: fact.emoji }), at }
        case 'press':
          return { type: 'postback', id: fact.id, payload: fact.payload, at }
        default:
          throw new Error(`a widget has no ${fact.kind}`)
      }
    }
    return { widgetId: oaId, visitorId: `visitor-${fact.person}`, visitorName: `Person ${fact.person}`, events: [event()] }
  },
}
