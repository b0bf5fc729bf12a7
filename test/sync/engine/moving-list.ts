import type { EventInput } from '../../../src/model/event-inputs.js'
import type { HistoryConversation, HistoryPage, HistorySource } from '../../../src/sync/source.js'

interface Thread {
  readonly customerId: string
  updatedAt: number
  readonly messages: { readonly messageId: string; readonly number: number; readonly at: number }[]
}

const beginning = Date.UTC(2024, 0, 1)

/**
 * A list of conversations, the last changed first, as a channel's API gives it: each page goes on after the last
 * conversation of the page before. A conversation that gets a message moves to the head.
 */
export class MovingList {
  readonly #threads = new Map<string, Thread>()
  #now = beginning
  #messages = 0
  #heard = 0
  /** How often a page was asked for. */
  asked = 0

  constructor(
    customers: number,
    readonly pageSize = 3,
  ) {
    for (let n = 1; n <= customers; n++) this.say(`c${n}`)
  }

  /** The ids of all messages, sorted. */
  get messageIds(): readonly string[] {
    return this.#said(Number.POSITIVE_INFINITY)
  }

  /** Those that had been said when a reader last began at the head. What comes later is for the webhooks. */
  get heard(): readonly string[] {
    return this.#said(this.#heard)
  }

  #said(until: number): readonly string[] {
    const all = [...this.#threads.values()].flatMap(({ messages }) => messages)
    return all.flatMap(({ messageId, number }) => (number <= until ? messageId : [])).sort()
  }

  /** The clock of the source. */
  get now(): Date {
    return new Date(this.#now)
  }

  /** Somebody writes, by default a second after the last one. */
  say(customerId: string, afterMs = 1_000): void {
    this.#now += afterMs
    const thread = this.#threads.get(customerId) ?? { customerId, updatedAt: 0, messages: [] }
    this.#threads.set(customerId, thread)
    thread.updatedAt = this.#now
    const number = ++this.#messages
    thread.messages.push({ messageId: `m${number} of ${customerId}`, number, at: this.#now })
  }

  /** The conversation that changed longest ago gets a message. */
  wakeLast(): void {
    const last = this.#inOrder().at(-1)
    if (last !== undefined) this.say(last.customerId)
  }

  /** The list as a source. `before` is called before each page is made. */
  source({
    before,
    name = 'list',
  }: {
    readonly before?: (asked: number) => void | Promise<void>
    readonly name?: string
  } = {}): HistorySource {
    const list = this
    return {
      name,
      order: 'updated-desc',
      async *pages({ cursor, since }) {
        for (let at = cursor; ; ) {
          list.asked += 1
          await before?.(list.asked)
          const page = list.#page(at, since)
          yield page
          if (page.cursor === null) return
          at = page.cursor
        }
      },
    }
  }

  #inOrder(): readonly Thread[] {
    return [...this.#threads.values()].sort((a, b) => b.updatedAt - a.updatedAt || (a.customerId < b.customerId ? -1 : 1))
  }

  #page(cursor: string | null, since: Date | undefined): HistoryPage {
    const [time, customerId] = cursor === null ? [Number.POSITIVE_INFINITY, ''] : (JSON.parse(cursor) as [number, string])
    if (cursor === null) this.#heard = this.#messages
    const left = this.#inOrder().filter((each) => each.updatedAt < time || (each.updatedAt === time && each.customerId > customerId))
    const shown = left.slice(0, this.pageSize)
    const last = shown.at(-1)
    const isOlder = since !== undefined && shown.every(({ updatedAt }) => updatedAt < since.getTime())
    const next = left.length > shown.length && last !== undefined && !isOlder ? JSON.stringify([last.updatedAt, last.customerId]) : null
    return { conversations: shown.map(conversation), cursor: next, invalid: [], unreadable: [] }
  }
}

function conversation({ customerId, updatedAt, messages }: Thread): HistoryConversation {
  const events = messages.map(({ messageId, at }): EventInput => ({ type: 'message', messageId, text: 'x', occurredAt: new Date(at) }))
  return { customerId, updatedAt: new Date(updatedAt), events }
}
