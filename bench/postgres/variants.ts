import type { Variant } from '../comparison.js'
import { customerChooser } from './customers.js'
import { newMessages } from './new-messages.js'
import { type BulkRival, type MessagesRival, requireAnswer, type UpsertRival } from './rivals/rival.js'

type Choose = (caller: number) => string

/** Gives a known customer's conversation another nickname. */
export function upsertVariant(name: string, rival: UpsertRival, choose: Choose): Variant {
  let calls = 0
  return {
    name,
    async operation(caller) {
      calls += 1
      const nickname = `Lan ${calls}`
      const answer = await rival.upsert(choose(caller), nickname)
      requireAnswer(answer.nickname === nickname && answer.version > 0, name, answer)
    },
  }
}

/** Opens the conversation of a customer who is not stored yet. */
export function firstUpsertVariant(name: string, rival: UpsertRival): Variant {
  let customers = 0
  return {
    name,
    async operation() {
      customers += 1
      const answer = await rival.upsert(`new-customer-${customers}`, 'Lan')
      requireAnswer(answer.nickname === 'Lan' && answer.version === 0, name, answer)
    },
  }
}

/** Stores new inbound messages of a known customer. */
export function messagesVariant(name: string, rival: MessagesRival, count: number, choose: Choose): Variant {
  return {
    name,
    async operation(caller) {
      const answer = await rival.store(choose(caller), newMessages(count))
      requireAnswer(answer.stored === count && answer.lastSeq >= count && answer.version > 0, name, answer)
    },
  }
}

export interface Batch {
  readonly customers: number
  /** The number of customers to choose from. */
  readonly among: number
  readonly messages: number
}

/** Stores new inbound messages of many known customers, each named once. */
export function bulkVariant(name: string, rival: BulkRival, { customers, among, messages }: Batch): Variant {
  // There is one chooser for each place in the batch, so no customer comes twice.
  const choose = customerChooser({ customers: among, callers: customers })
  return {
    name,
    async operation() {
      const deliveries = Array.from({ length: customers }, (_, place) => ({
        customerId: choose(place),
        messages: newMessages(messages),
      }))
      const answers = await rival.storeAll(deliveries)
      requireAnswer(
        answers.length === customers && answers.every(({ stored, version }) => stored === messages && version > 0),
        name,
        answers[0],
      )
    },
  }
}
