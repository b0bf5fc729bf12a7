import { createHmac } from 'node:crypto'
import { createWebhookHandler, messenger, type WebhookHandlerOptions, type WebhookReport } from '../../../src/webhooks/index.js'
import { connectedHost } from '../connected-host.js'

export const appSecret = 'test-app-secret'
export const address = 'https://hooks.example.test/webhook'

export function metaHeader(body: string, secret = appSecret): Record<string, string> {
  return { 'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
}

/** A POST as Meta sends it. */
export function signedPost(body: string, { headers = {}, secret = appSecret, url = address } = {}): Request {
  return new Request(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', ...metaHeader(body, secret), ...headers },
  })
}

/** A promise that the test settles. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved
    reject = rejected
  })
  return { promise, resolve, reject }
}

/** A logger whose lines can be read. */
export function heardLogger() {
  const lines: string[] = []
  const hear = (message: string, details: unknown = {}): void => void lines.push(`${message} ${JSON.stringify(details)}`)
  return { lines, logger: { debug: hear, info: hear, warn: hear, error: hear } }
}

/** A host with a handler for Messenger over a memory store. */
export async function hostWithHandler(options: Partial<WebhookHandlerOptions<string | readonly string[]>> = {}) {
  const host = await connectedHost()
  const reports: WebhookReport[] = []
  const { lines, logger } = heardLogger()
  const handle = createWebhookHandler({
    store: host.store,
    channel: messenger,
    secrets: appSecret,
    verifyToken: 'test-verify-token',
    onReport: (report) => void reports.push(report),
    logger,
    ...options,
  })
  return { ...host, handle, reports, lines, logger }
}
