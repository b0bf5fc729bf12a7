/** Where a handler tells what it refused and what failed. `console` is one. */
export interface WebhookLogger {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void
  info(message: string, details?: Readonly<Record<string, unknown>>): void
  warn(message: string, details?: Readonly<Record<string, unknown>>): void
  error(message: string, details?: Readonly<Record<string, unknown>>): void
}

/** Tells warnings and errors. The rest is for those who pass a logger. */
export const consoleLogger: WebhookLogger = {
  debug() {},
  info() {},
  warn: (message, details = {}) => console.warn(message, details),
  error: (message, details = {}) => console.error(message, details),
}
