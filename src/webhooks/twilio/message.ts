import type { JsonObject } from '../../model/json.js'
import { field, idText, present, type Refused, readId, readName, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { messageEvent } from '../reading/message-event.js'
import { readAttachments } from './attachments.js'
import { contextOf, type Participants } from './participants.js'

/** Reads a message. Twilio tells no time, so the message has the time at which it first came. */
export function readMessage(body: unknown, participants: Participants | Refused | { readonly ignored: string }): ItemReading {
  if ('refused' in participants || 'ignored' in participants) return participants
  const { channel, oaId, customerId } = participants
  if (oaId === null || customerId === null) return { refused: 'To or From is missing' }
  const id = readId(field(body, 'MessageSid') ?? field(body, 'SmsMessageSid') ?? field(body, 'SmsSid'), 'MessageSid')
  if (id === null) return { refused: 'MessageSid is missing' }
  if ('refused' in id) return id
  const name = readName(field(body, 'ProfileName'))
  const isUnsupported = stringField(body, 'MessageType') === 'unsupported'
  // Only WhatsApp has buttons. Their text is what the customer chose, and `Body` may be what was written beside it.
  const button = channel === 'whatsapp' ? stringField(body, 'ButtonText') || stringField(body, 'ListTitle') : null
  const context = { ...contextOf(participants, oaId), ...(name !== null && { customerName: name }) }
  const said = {
    messageId: id.id,
    text: button || (stringField(body, 'Body') ?? ''),
    attachments: readAttachments(body),
    metadata: readMetadata(body, channel, isUnsupported),
    replyTo: idText(field(body, 'OriginalRepliedMessageSid')),
  }
  return { context, events: [messageEvent(context, said)] }
}

function readMetadata(body: unknown, channel: string, isUnsupported: boolean): JsonObject | null {
  const read = (name: string) => stringField(body, name) || null
  const isWhatsapp = channel === 'whatsapp'
  return present({
    quickReplyPayload: isWhatsapp ? read('ButtonPayload') || read('ListId') : null,
    // What a customer fills in is JSON within a string.
    interactiveData: isWhatsapp ? read('InteractiveData') : null,
    forwarded: read('Forwarded') === 'true' || null,
    // The ad from which the customer came.
    referral: present({
      sourceId: read('ReferralSourceId'),
      sourceType: read('ReferralSourceType'),
      sourceUrl: read('ReferralSourceUrl'),
      headline: read('ReferralHeadline'),
      body: read('ReferralBody'),
    }),
    optOutType: read('OptOutType'),
    messagingServiceSid: read('MessagingServiceSid'),
    unsupported: isUnsupported || null,
  })
}
