import { timingSafeEqual } from 'node:crypto'
import express, { type Express } from 'express'
import { signatureOf } from '../messenger-bodies.js'

/** A text that a customer sent to a page. */
export interface Said {
  readonly oaId: string
  readonly customerId: string
  readonly messageId: string
  readonly text: string
  readonly occurredAt: Date
}

/**
 * A route as guides write it: Express parses the body, the signature is compared over the raw bytes that the parser
 * saw, and each message is written by itself. What fails is a 500.
 */
export function handWrittenRoute(write: (said: Said) => Promise<void>): Express {
  const app = express()
  const rawBodies = new WeakMap<object, Buffer>()
  app.use(express.json({ verify: (request, _response, raw) => void rawBodies.set(request, raw) }))
  app.post('/webhook', async (request, response) => {
    if (!isSigned(request.get('X-Hub-Signature-256') ?? '', rawBodies.get(request))) return void response.sendStatus(403)
    for (const { id: oaId, messaging } of request.body.entry) {
      for (const { sender, timestamp, message } of messaging) {
        if (message === undefined) continue
        await write({ oaId, customerId: sender.id, messageId: message.mid, text: message.text, occurredAt: new Date(timestamp) })
      }
    }
    response.json({ status: 'EVENT_RECEIVED' })
  })
  return app
}

function isSigned(given: string, raw: Buffer | undefined): boolean {
  const expected = Buffer.from(signatureOf(raw ?? ''))
  const signature = Buffer.from(given)
  return signature.length === expected.length && timingSafeEqual(signature, expected)
}
