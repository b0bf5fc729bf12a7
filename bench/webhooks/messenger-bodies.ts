import { createHmac } from 'node:crypto'

export const appSecret = 'bench-app-secret'

/** A message as Messenger posts it: one text of one customer, which is what most bodies are. */
export interface PostedMessage {
  readonly oaId: string
  readonly customerId: string
  readonly messageId: string
  readonly text: string
  readonly occurredAt: Date
}

export function messengerBody({ oaId, customerId, messageId, text, occurredAt }: PostedMessage): string {
  const timestamp = occurredAt.getTime()
  const item = { sender: { id: customerId }, recipient: { id: oaId }, timestamp, message: { mid: messageId, text } }
  return JSON.stringify({ object: 'page', entry: [{ id: oaId, time: timestamp, messaging: [item] }] })
}

export function signatureOf(body: string | Buffer): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`
}
