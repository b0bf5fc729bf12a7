import { type ChannelNormalizer, evolution, messenger, telegram, whatsapp, zalo } from '../../src/webhooks/index.js'
import type { Fact, FactKind, Naming } from './facts.js'
import { instagramChannel, twilioChannel, widgetChannel } from './more-channels.js'

/** A channel whose bodies a test can write. */
export interface WrittenChannel {
  readonly normalizer: ChannelNormalizer
  /** What its inbox is connected as, where the normalizer has several. */
  readonly channel?: string
  readonly kinds: readonly FactKind[]
  readonly namings: readonly Naming[]
  /** What tells one fact, for an inbox. */
  piece(fact: Fact, oaId: string): unknown
  /** The bodies that hold such pieces, in their order. */
  bodies(pieces: readonly unknown[], oaId: string): readonly unknown[]
  /** The ids by which the channel knows a person. */
  ids(person: number): readonly string[]
}

const seconds = (at: number) => String(at / 1000)
const phone = (person: number) => `8490000000${person}`
const namesBy = (naming: Naming, which: 'phone' | 'other') => naming === which || naming === 'both'

const messengerChannel: WrittenChannel = {
  normalizer: messenger,
  kinds: ['inbound', 'echo', 'edit', 'delete', 'reaction', 'watermark', 'press'],
  namings: ['phone'],
  ids: (person) => [`psid-${person}`],
  bodies: (pieces, oaId) => [{ object: 'page', entry: pieces.map((piece) => ({ id: oaId, time: 1, messaging: [piece] })) }],
  piece(fact, oaId) {
    const customer = { id: `psid-${fact.person}` }
    const item = { sender: customer, recipient: { id: oaId }, timestamp: fact.at }
    switch (fact.kind) {
      case 'inbound':
        return { ...item, message: { mid: fact.id, text: fact.text, ...(fact.replyTo && { reply_to: { mid: fact.replyTo } }) } }
      case 'echo':
        return { ...item, sender: { id: oaId }, recipient: customer, message: { mid: fact.id, text: fact.text, is_echo: true } }
      case 'edit':
        return { ...item, message_edit: { mid: fact.target, text: fact.text, num_edit: fact.number } }
      case 'delete':
        return { ...item, message: { mid: fact.target, is_deleted: true } }
      case 'reaction':
        return {
          ...item,
          reaction: { mid: fact.target, action: fact.emoji === null ? 'unreact' : 'react', emoji: fact.emoji ?? undefined },
        }
      case 'watermark':
        return { ...item, [fact.status === 'read' ? 'read' : 'delivery']: { watermark: fact.upTo } }
      case 'press':
        return { ...item, postback: { mid: fact.id, payload: fact.payload, title: 'Press' } }
      default:
        throw new Error(`Messenger has no ${fact.kind}`)
    }
  },
}

/** Who changes their number has another user id then. */
function whatsappIds({ person, isRenewed }: Pick<Fact, 'person' | 'isRenewed'>): { readonly number: string; readonly userId: string } {
  const which = isRenewed ? person + 5 : person
  return { number: phone(which), userId: `VN.${which}` }
}

const whatsappChannel: WrittenChannel = {
  normalizer: whatsapp,
  kinds: ['inbound', 'echo', 'edit', 'delete', 'reaction', 'receipt', 'renewal'],
  namings: ['phone', 'other', 'both'],
  ids: (person) => [false, true].flatMap((isRenewed) => Object.values(whatsappIds({ person, isRenewed }))),
  bodies: (pieces) => [{ object: 'whatsapp_business_account', entry: [{ id: 'waba', changes: pieces }] }],
  piece(fact, oaId) {
    const ids = whatsappIds(fact)
    const number = namesBy(fact.naming, 'phone') ? ids.number : undefined
    const userId = namesBy(fact.naming, 'other') ? ids.userId : undefined
    const metadata = { phone_number_id: oaId, display_phone_number: '15550051310' }
    const contacts = [{ wa_id: number, user_id: userId, profile: { name: `Person ${fact.person}` } }]
    const at = { timestamp: seconds(fact.at) }
    const inbound = (type: string, said: object) => ({
      field: 'messages',
      value: {
        metadata,
        contacts,
        messages: [{ ...at, id: 'id' in fact ? fact.id : '', from: number, from_user_id: userId, type, [type]: said }],
      },
    })
    switch (fact.kind) {
      case 'inbound': {
        const change = inbound('text', { body: fact.text })
        if (fact.replyTo !== undefined) Object.assign(change.value.messages[0] ?? {}, { context: { id: fact.replyTo } })
        return change
      }
      case 'echo': {
        const echo = { ...at, id: fact.id, from: '15550051310', to: number, to_user_id: userId, type: 'text', text: { body: fact.text } }
        return { field: 'smb_message_echoes', value: { metadata, message_echoes: [echo] } }
      }
      case 'edit':
        return inbound('edit', { original_message_id: fact.target, message: { type: 'text', text: { body: fact.text } } })
      case 'delete':
        return inbound('revoke', { original_message_id: fact.target })
      case 'reaction':
        return inbound('reaction', { message_id: fact.target, emoji: fact.emoji ?? '' })
      case 'renewal': {
        const before = whatsappIds({ ...fact, isRenewed: false })
        const renewed = { new_wa_id: ids.number, user_id: ids.userId, previous_user_id: before.userId }
        const notice = { ...at, id: fact.id, from: before.number, type: 'system', system: { type: 'user_changed_number', ...renewed } }
        return { field: 'messages', value: { metadata, messages: [notice] } }
      }
      case 'receipt': {
        const errors = fact.status === 'failed' ? { errors: [{ code: 131026, title: 'Undeliverable' }] } : {}
        const status = { ...at, id: fact.target, status: fact.status, recipient_id: number, recipient_user_id: userId, ...errors }
        return { field: 'messages', value: { metadata, statuses: [status] } }
      }
      default:
        throw new Error(`WhatsApp has no ${fact.kind}`)
    }
  },
}

/** The chats of a business account, because Telegram tells a bot of nothing that it wrote itself. */
const telegramChannel: WrittenChannel = {
  normalizer: telegram,
  kinds: ['inbound', 'echo', 'edit', 'delete', 'reaction', 'press'],
  namings: ['phone'],
  ids: (person) => [String(700 + person)],
  bodies: (pieces) => [pieces],
  piece(fact) {
    const id = 700 + fact.person
    const user = { id, first_name: 'Person', last_name: String(fact.person) }
    const chat = { id, type: 'private', first_name: 'Person' }
    const date = fact.at / 1000
    switch (fact.kind) {
      case 'inbound':
      case 'echo': {
        const from = fact.kind === 'inbound' ? user : { id: 1, first_name: 'Shop' }
        const reply = fact.replyTo !== undefined && { reply_to_message: { message_id: Number(fact.replyTo) } }
        return { business_message: { message_id: Number(fact.id), date, chat, from, text: fact.text, ...reply } }
      }
      case 'edit':
        return { edited_business_message: { message_id: Number(fact.target), date: 1, edit_date: date, chat, from: user, text: fact.text } }
      case 'delete':
        return { deleted_business_messages: { chat, message_ids: [Number(fact.target)] } }
      case 'reaction': {
        const reactions = fact.emoji === null ? [] : [{ type: 'emoji', emoji: fact.emoji }]
        return { message_reaction: { chat, user, message_id: Number(fact.target), date, new_reaction: reactions } }
      }
      case 'press':
        return { callback_query: { id: fact.id, from: user, data: fact.payload } }
      default:
        throw new Error(`Telegram has no ${fact.kind}`)
    }
  },
}

const evolutionChannel: WrittenChannel = {
  normalizer: evolution,
  kinds: ['inbound', 'echo', 'edit', 'delete', 'reaction', 'receipt'],
  namings: ['phone', 'other', 'both'],
  ids: (person) => [phone(person), `99${person}@lid`],
  bodies: (pieces) => pieces,
  piece(fact, oaId) {
    const [number, lid] = [`${phone(fact.person)}@s.whatsapp.net`, `99${fact.person}@lid`]
    const jids = { phone: { remoteJid: number }, other: { remoteJid: lid }, both: { remoteJid: lid, remoteJidAlt: number } }[fact.naming]
    const body = (event: string, data: object) => ({ event, instance: oaId, data })
    const upsert = (id: string, fromMe: boolean, message: object, rest: object = {}) =>
      body('messages.upsert', {
        key: { ...jids, id, fromMe },
        pushName: `Person ${fact.person}`,
        messageTimestamp: fact.at / 1000,
        message,
        ...rest,
      })
    switch (fact.kind) {
      case 'inbound':
      case 'echo': {
        const quoted = fact.replyTo !== undefined && { contextInfo: { stanzaId: fact.replyTo } }
        return upsert(fact.id, fact.kind === 'echo', { conversation: fact.text }, quoted || {})
      }
      case 'edit':
        return body('messages.edited', {
          key: { ...jids, id: fact.target, fromMe: false },
          editedMessage: { conversation: fact.text },
          timestampMs: fact.at,
        })
      case 'delete':
        return body('messages.delete', { ...jids, id: fact.target, fromMe: false })
      case 'reaction':
        return upsert(fact.id, false, { reactionMessage: { key: { id: fact.target }, text: fact.emoji ?? '' } })
      case 'receipt': {
        const words = { sent: 'SERVER_ACK', delivered: 'DELIVERY_ACK', read: 'READ', failed: 'ERROR' }
        return body('messages.update', { ...jids, keyId: fact.target, fromMe: true, status: words[fact.status] })
      }
      default:
        throw new Error(`Evolution has no ${fact.kind}`)
    }
  },
}

const zaloChannel: WrittenChannel = {
  normalizer: zalo,
  kinds: ['inbound', 'echo', 'reaction', 'receipt'],
  namings: ['phone'],
  ids: (person) => [`zalo-${person}`],
  bodies: (pieces) => [pieces],
  piece(fact, oaId) {
    const [customer, account] = [{ id: `zalo-${fact.person}` }, { id: oaId }]
    const timestamp = String(fact.at)
    const theirs = { sender: customer, recipient: account, timestamp }
    const ours = { sender: account, recipient: customer, timestamp }
    switch (fact.kind) {
      case 'inbound':
      case 'echo': {
        const message = { msg_id: fact.id, text: fact.text, ...(fact.replyTo !== undefined && { quote_msg_id: fact.replyTo }) }
        return fact.kind === 'inbound'
          ? { event_name: 'user_send_text', ...theirs, message }
          : { event_name: 'oa_send_text', ...ours, message }
      }
      case 'reaction':
        return { event_name: 'user_reacted_message', ...theirs, message: { msg_id: fact.target, react_icon: fact.emoji ?? '/-remove' } }
      case 'receipt': {
        const name = fact.status === 'read' ? 'user_seen_message' : 'user_received_message'
        return { event_name: name, ...ours, message: { msg_id: fact.target } }
      }
      default:
        throw new Error(`Zalo has no ${fact.kind}`)
    }
  },
}

export const writtenChannels = {
  messenger: messengerChannel,
  whatsapp: whatsappChannel,
  telegram: telegramChannel,
  evolution: evolutionChannel,
  zalo: zaloChannel,
  instagram: instagramChannel,
  twilio: twilioChannel,
  widget: widgetChannel,
} as const
