import type { MessageEventInput } from '../model/event-inputs.js'

/** A time in the past: minutes after an arbitrary hour. Every clock that a case sees is later. */
export function at(minutes: number): Date {
  return new Date(Date.UTC(2024, 4, 1, 10) + minutes * 60_000)
}

type MessageDetails = Partial<Omit<MessageEventInput, 'type' | 'messageId'>>

/** A message from the customer. */
export function said(messageId: string, details: MessageDetails = {}): MessageEventInput {
  return { type: 'message', messageId, text: `text of ${messageId}`, occurredAt: at(0), ...details }
}

/** The host's reply, as the channel reports it. */
export function replied(messageId: string, details: MessageDetails = {}): MessageEventInput {
  return { type: 'message', messageId, direction: 'outbound', text: `text of ${messageId}`, occurredAt: at(0), ...details }
}

/** The host's reply, before the channel has given it an id. */
export function sending(localId: string, details: MessageDetails = {}): MessageEventInput {
  return { type: 'message', localId, direction: 'outbound', text: `text of ${localId}`, occurredAt: at(0), ...details }
}
