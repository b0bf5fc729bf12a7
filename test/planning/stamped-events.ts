import type {
  StampedDelete,
  StampedEdit,
  StampedFact,
  StampedFailed,
  StampedMessage,
  StampedReaction,
  StampedReceipt,
  StampedSent,
  StampedWatermark,
} from '../../src/store/adapter.js'
import { at, customer } from './planning-kit.js'

const byCustomer = { id: customer, type: 'customer', name: null } as const
const byHost = { id: null, type: 'agent', name: null } as const

function base(dedupeKey: string, minutes: number) {
  return { id: '', occurredAt: at(minutes), sender: byCustomer, dedupeKey }
}

type MessageDetails = Partial<
  Pick<StampedMessage, 'text' | 'messageId' | 'localId' | 'replyTo' | 'attachments' | 'metadata' | 'occurredAt' | 'history'>
>

function message(direction: StampedMessage['direction'], minutes: number, details: MessageDetails): StampedMessage {
  const { messageId = null, localId = null } = details
  const text = details.text ?? `text of ${messageId ?? localId}`
  return {
    ...base(`message ${messageId ?? localId}`, minutes),
    type: 'message',
    sender: direction === 'inbound' ? byCustomer : byHost,
    direction,
    attachments: [],
    replyTo: null,
    metadata: null,
    history: false,
    ...details,
    messageId,
    localId,
    text,
  }
}

/** The customer sends a message. */
export function said(messageId: string, minutes: number, details: MessageDetails = {}): StampedMessage {
  return message('inbound', minutes, { messageId, ...details })
}

/** The channel reports a reply, as an echo. */
export function replied(messageId: string, minutes: number, details: MessageDetails = {}): StampedMessage {
  return message('outbound', minutes, { messageId, ...details })
}

/** The host starts to send a reply. */
export function sending(localId: string, minutes: number, details: MessageDetails = {}): StampedMessage {
  return message('outbound', minutes, { localId, ...details })
}

export function sent(localId: string, messageId: string, minutes: number): StampedSent {
  return { ...base(`sent ${localId} ${messageId}`, minutes), type: 'message_sent', sender: byHost, localId, messageId }
}

export function failedToSend(localId: string, minutes: number, error: string | null = null): StampedFailed {
  return { ...base(`failed ${localId} ${minutes}`, minutes), type: 'message_failed', sender: byHost, localId, error }
}

export function edited(targetMessageId: string, minutes: number, text: string, editNumber = 0): StampedEdit {
  const dedupeKey = `edit ${targetMessageId} ${minutes} ${text} ${editNumber}`
  return { ...base(dedupeKey, minutes), type: 'message_edit', targetMessageId, text, editNumber }
}

export function deleted(targetMessageId: string, minutes: number): StampedDelete {
  return { ...base(`delete ${targetMessageId} ${minutes}`, minutes), type: 'message_delete', targetMessageId }
}

export function reacted(targetMessageId: string, minutes: number, emoji: string | null, senderId = customer): StampedReaction {
  const sender = { ...byCustomer, id: senderId }
  return {
    ...base(`reaction ${targetMessageId} ${senderId} ${minutes} ${emoji}`, minutes),
    sender,
    type: 'reaction',
    targetMessageId,
    emoji,
  }
}

export function receipt(
  targetMessageId: string,
  minutes: number,
  status: StampedReceipt['status'],
  error: string | null = null,
): StampedReceipt {
  return { ...base(`receipt ${targetMessageId} ${status} ${minutes}`, minutes), type: 'receipt', targetMessageId, status, error }
}

/** Everything that was sent up to minute `upTo` was delivered or read. */
export function watermark(status: StampedWatermark['status'], upTo: number, minutes: number): StampedWatermark {
  return { ...base(`watermark ${status} ${upTo}`, minutes), type: 'watermark', status, watermark: at(upTo) }
}

export function fact(
  type: StampedFact['type'],
  minutes: number,
  details: Partial<Pick<StampedFact, 'messageId' | 'payload' | 'dedupeKey'>> = {},
): StampedFact {
  return {
    ...base(`${type} ${minutes}`, minutes),
    type,
    messageId: null,
    direction: 'inbound',
    payload: { ref: type },
    history: false,
    ...details,
  }
}
