/** A message of 81 bytes with a channel's id of 38, as the goals of docs/benchmarks.md name it. */
export interface SaidMessage {
  readonly messageId: string
  readonly text: string
  readonly occurredAt: Date
}

/** Something that keeps conversations, whose bytes are counted. */
export interface Writer {
  readonly name: string
  /** Makes the tables, and a conversation for each customer. */
  open(customerIds: readonly string[]): Promise<void>
  nickname(customerId: string, nickname: string): Promise<void>
  messages(customerId: string, messages: readonly SaidMessage[]): Promise<void>
}

let said = 0

export function sayMessages(count: number): readonly SaidMessage[] {
  return Array.from({ length: count }, () => {
    said += 1
    const number = String(said).padStart(12, '0')
    return {
      messageId: `m_${number}AbCdEfGhIjKlMnOpQrStUvWx`,
      text: `Could you tell me whether order ${number} has left the warehouse yet, please?`.padEnd(81, '!'),
      occurredAt: new Date(),
    }
  })
}

export const accountId = 'acme'
export const oaId = 'page-1'
const customers = 500
export const customerIds = Array.from({ length: customers }, (_, n) => `customer-${n}`)

/** The same customers in the same scattered order for every writer. */
export function* customersInDisorder(): Generator<string> {
  for (let n = 0; ; n += 1) yield customerIds[(n * 197) % customers] ?? ''
}

export const rounded = (bytes: number) => Math.round(bytes)
