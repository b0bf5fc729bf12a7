import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../histories/random.js'
import type { WebhookHost } from '../../webhooks/hosted/hosted.js'
import type { FakeConversation, FakeInbox, FakeMessage } from '../fake-graph/fake-inbox.js'

/** How many webhooks the host has at once. */
const atOnce = 32
/** How often a webhook is sent to a host that does not answer. */
const mostAttempts = 10
/** How many customers write again and again. The others write as it happens. */
const regulars = 200

/** Customers that write, each message by a webhook of its own. */
export interface LiveTraffic {
  /** Ends the traffic, once every message was answered with a 200. */
  end(): Promise<LiveFigures>
}

export interface LiveFigures {
  readonly sent: number
  readonly perSecond: number
  /** How often a webhook was refused or not answered, and sent again. */
  readonly refused: number
  /** How many messages each customer wrote. */
  readonly byCustomer: ReadonlyMap<string, number>
}

/**
 * Lets customers write so many messages a second. Each moves its conversation to the head of the inbox's list, where a
 * pull may see it before or after the webhook was taken.
 */
export function liveTraffic(
  host: WebhookHost,
  inbox: FakeInbox,
  { random, perSecond }: { readonly random: Random; readonly perSecond: number },
): LiveTraffic {
  const talking = Array.from({ length: regulars }, () => random.pick(inbox.conversations))
  const byCustomer = new Map<string, number>()
  const began = performance.now()
  let [sent, refused, isOver] = [0, 0, false]
  const deliver = async () => {
    const conversation = random.pick(random.chance(0.5) ? talking : inbox.conversations)
    const { customerId } = conversation
    const text = webhook(inbox, conversation, inbox.receive(conversation, 'customer'))
    byCustomer.set(customerId, (byCustomer.get(customerId) ?? 0) + 1)
    await answeredWith200(host, text, () => {
      refused += 1
    })
  }
  const sender = async () => {
    while (!isOver) {
      const early = (sent / perSecond) * 1_000 - (performance.now() - began)
      sent += 1
      if (early > 0) await sleep(early)
      await deliver()
    }
  }
  const senders = Array.from({ length: atOnce }, sender)
  return {
    async end() {
      isOver = true
      await Promise.all(senders)
      return { sent, perSecond: (sent * 1_000) / (performance.now() - began), refused, byCustomer }
    },
  }
}

/**
 * Sends a webhook until it is taken, as a platform does, also when there was no answer: a kept connection may be closed
 * in the very moment in which it is used again. A host that is gone ends it.
 */
async function answeredWith200(host: WebhookHost, text: string, onRefused: () => void): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    const status = await host.post(text).catch((error: unknown) => {
      if (attempts === mostAttempts) throw error
      return null
    })
    if (status === 200) return
    onRefused()
  }
}

function webhook({ pageId }: FakeInbox, { customerId }: FakeConversation, { id: mid, at, text }: FakeMessage): string {
  const timestamp = at * 1_000
  const item = { sender: { id: customerId }, recipient: { id: pageId }, timestamp, message: { mid, text } }
  return JSON.stringify({ object: 'page', entry: [{ id: pageId, time: timestamp, messaging: [item] }] })
}
