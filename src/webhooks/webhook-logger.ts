import type { CustomerItems } from './ingesting/customer-runs.js'
import type { RejectedItem } from './normalized-webhook.js'
import type { IngestedConversation } from './webhook-report.js'

/**
 * Where `ingestWebhook` and a handler tell what they do. Messages have no line ends, and never hold the contents of a
 * body. `console` is one.
 */
export interface WebhookLogger {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void
  info(message: string, details?: Readonly<Record<string, unknown>>): void
  warn(message: string, details?: Readonly<Record<string, unknown>>): void
  error(message: string, details?: Readonly<Record<string, unknown>>): void
}

/** Writes warnings and errors to the console. */
export const consoleLogger: WebhookLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (...told) => console.warn(...told),
  error: (...told) => console.error(...told),
}

/** A body may have very many bad parts, and each has the same few reasons. */
const toldAtMost = 20

export function logRejected(logger: WebhookLogger, rejected: readonly RejectedItem[]): void {
  for (const { path, reason } of rejected.slice(0, toldAtMost)) logger.warn(oneLine(`[API Validation] Invalid message: ${path} ${reason}`))
  const more = rejected.length - toldAtMost
  if (more > 0) logger.warn(`[API Validation] Invalid message: ${more} more`)
}

export function logProcessing(logger: WebhookLogger, customers: readonly CustomerItems[]): void {
  for (const { customerId } of customers) logger.debug(oneLine(`[Webhook] Processing message from ${customerId}`))
}

export function logWritten(logger: WebhookLogger, conversations: readonly IngestedConversation[]): void {
  for (const { outcome, accountId, conversationId } of conversations) {
    logger.debug(outcome === 'created' ? 'NEW CONTACT' : 'Updated', { accountId, conversationId, outcome })
  }
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ')
}
