import type { MessageEventInput } from '../../../model/event-inputs.js'
import type { JsonObject } from '../../../model/json.js'
import { contentKey } from '../../../store/stamping/dedupe-key.js'
import { field, type Id, idText, present, readId, storableObject, stringField } from '../fields.js'
import { eventBase, type Reading } from '../item-context.js'
import { messageEvent } from '../message-event.js'
import { readAttachments } from './attachments.js'
import type { MessengerContext } from './messaging-context.js'

/** The app id of messages that people write in the page's own inbox. */
const pageInboxApp = '263902037430900'

export function readMessage(item: unknown, context: MessengerContext): Reading {
  const message = field(item, 'message')
  const mid = readId(field(message, 'mid'), 'message.mid') ?? idByHand(message, context)
  if (mid === null) return { refused: 'message.mid is missing' }
  if ('refused' in mid) return mid
  if (field(message, 'is_deleted') === true) {
    return { events: [{ type: 'message_delete', targetMessageId: mid.id, ...eventBase(context) }] }
  }
  const text = field(message, 'text') ?? ''
  if (typeof text !== 'string') return { refused: 'message.text is not a string' }
  if (field(message, 'is_echo') === true && !context.fromInbox) return { refused: 'message.is_echo, but the page is not its sender' }
  const replyTo = idText(field(field(message, 'reply_to'), 'mid'))
  const said = { messageId: mid.id, text, attachments: readAttachments(message), metadata: readMetadata(item, message, context), replyTo }
  return { events: [{ ...messageEvent(context, said), ...(context.fromInbox && readEcho(message, context)) }] }
}

/**
 * The id of a message that somebody wrote by hand: what it says, when and by whom. Sent again it is the same message.
 */
function idByHand(message: unknown, { allowUnsigned, customerId, occurredAt }: MessengerContext): Id | null {
  const content = storableObject(message)
  if (!allowUnsigned || content === null) return null
  return { id: contentKey('by hand', customerId, occurredAt?.toISOString() ?? null, content) }
}

/** The flag comes as a boolean or as a string. */
function isUnsupported(message: unknown): boolean {
  const given = field(message, 'is_unsupported')
  return given === true || given === 'true'
}

/**
 * Finds out who wrote an echo: a person in the page's inbox, or an app. The host's own replies keep the sender that the
 * host gave them.
 */
function readEcho(message: unknown, context: MessengerContext): Pick<MessageEventInput, 'sender' | 'localId'> {
  const app = idText(field(message, 'app_id'))
  const metadata = stringField(message, 'metadata')
  const localId = metadata === null ? null : idText(context.localIdFromEcho?.(metadata))
  return {
    sender: { id: context.oaId, type: app === null || app === pageInboxApp ? 'agent' : 'bot' },
    ...(localId !== null && { localId }),
  }
}

function readMetadata(item: unknown, message: unknown, { fromInbox, standby }: MessengerContext): JsonObject | null {
  const tags = field(message, 'tags')
  const sources = Array.isArray(tags) ? tags.map((tag) => stringField(tag, 'source')).filter((source) => source !== null) : []
  return present({
    quickReplyPayload: stringField(field(message, 'quick_reply'), 'payload'),
    appId: idText(field(message, 'app_id')),
    echoMetadata: fromInbox ? stringField(message, 'metadata') : null,
    tags: sources.length > 0 ? sources : null,
    referral: storableObject(field(message, 'referral')),
    // It shows that the checkbox plugin's `user_ref` and this customer are one person.
    priorMessage: storableObject(field(item, 'prior_message')),
    // The story that the message answers.
    story: storableObject(field(field(message, 'reply_to'), 'story')),
    unsupported: isUnsupported(message) || null,
    standby: standby || null,
  })
}
