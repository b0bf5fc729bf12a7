export const page = '104502211834771'
export const lan = '6048213377712345'
export const noon = Date.UTC(2025, 10, 21, 12)

/** A body with one entry of the page. */
export function body(...messaging: readonly unknown[]) {
  return { object: 'page', entry: [{ id: page, time: noon + 1000, messaging }] }
}

/** What the customer sends, or what comes with it. */
export function fromCustomer(rest: Record<string, unknown>, { customerId = lan, oaId = page, at = noon } = {}) {
  return { sender: { id: customerId }, recipient: { id: oaId }, timestamp: at, ...rest }
}

/** What the page sent, as it comes back. */
export function echo(message: Record<string, unknown>, { customerId = lan, at = noon } = {}) {
  return { sender: { id: page }, recipient: { id: customerId }, timestamp: at, message: { is_echo: true, ...message } }
}
