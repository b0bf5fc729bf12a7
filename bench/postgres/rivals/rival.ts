import type { NewMessage } from '../new-messages.js'

/** A conversation after a write, in the form that every rival's answer is brought into. */
export interface Written {
  readonly version: number
  readonly nickname: string | null
  readonly lastSeq: number
}

export interface Stored extends Written {
  readonly stored: number
}

/** A way to change or open one customer's conversation. */
export interface UpsertRival {
  upsert(customerId: string, nickname: string): Promise<Written>
}

/** A way to store new inbound messages of one customer. */
export interface MessagesRival {
  store(customerId: string, messages: readonly NewMessage[]): Promise<Stored>
}

export interface Delivery {
  readonly customerId: string
  readonly messages: readonly NewMessage[]
}

/** A way to store new inbound messages of many customers. */
export interface BulkRival {
  storeAll(deliveries: readonly Delivery[]): Promise<readonly Stored[]>
}

class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

export function requireAnswer(right: boolean, what: string, answer: unknown): void {
  if (!right) throw new WrongAnswer(`${what}: ${JSON.stringify(answer)}`)
}
