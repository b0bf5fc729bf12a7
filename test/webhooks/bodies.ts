import type { EventInput } from '../../src/model/event-inputs.js'
import { messenger } from '../../src/webhooks/index.js'

export const page = '104502211834771'
export const lan = '6048213377712345'
export const noon = Date.UTC(2025, 10, 21, 12)

/** A body with one entry of the page. */
export function body(...messaging: readonly unknown[]) {
  return { object: 'page', entry: [{ id: page, time: noon + 1000, messaging }] }
}

/** An item that the customer sends, or that comes with what the customer sends. */
export function fromCustomer(rest: Record<string, unknown>, { customerId = lan, oaId = page, at = noon } = {}) {
  return { sender: { id: customerId }, recipient: { id: oaId }, timestamp: at, ...rest }
}

/** An echo of what the page sent. */
export function echo(message: Record<string, unknown>, { customerId = lan, at = noon } = {}) {
  return { sender: { id: page }, recipient: { id: customerId }, timestamp: at, message: { is_echo: true, ...message } }
}

/** A message whose text is its id. */
export function text(mid: string, rest?: Parameters<typeof fromCustomer>[1]) {
  return fromCustomer({ message: { mid, text: mid } }, rest)
}

/** The events of a body with these items. */
export function eventsOf(...items: readonly unknown[]): readonly EventInput[] {
  return messenger.normalize(body(...items)).items.map(({ event }) => event)
}
