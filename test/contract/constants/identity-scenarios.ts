import { equal, rejects } from 'node:assert/strict'
import { changedConstants } from './changed-constants.js'
import { newCustomer, type Room, refuses } from './room.js'

const { limits } = changedConstants

const identities = (customerId: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: index === 0 ? customerId : `${customerId}-${index}`, kind: `kind ${index}` }))

/** Each scenario shows the number of one rule about the ids of a person. */
export const identityScenarios: Readonly<Record<string, (room: Room) => Promise<void>>> = {
  async 'limits.identities'(room) {
    const write = async (count: number) => {
      const customer = newCustomer()
      return room.account('identities').upsertConversation({ ...customer, identities: identities(customer.customerId, count) })
    }
    equal((await write(limits.identities)).conversation.identities.length, limits.identities)
    await refuses(write(limits.identities + 1), 'PAYLOAD_TOO_LARGE')
    await holdsInSql(room, (customerId, isMore) => identities(customerId, limits.identities + Number(isMore)))
  },
  async 'limits.identitiesOfPerson'(room) {
    const account = room.account('many ids')
    const customer = newCustomer()
    const id = (index: number) => ({ id: index === 0 ? customer.customerId : `${customer.customerId}-${index}`, kind: 'phone' })
    await account.upsertConversation(customer)
    for (let index = 0; index <= limits.identitiesOfPerson; index += 1) {
      const notice = { type: 'identity_change', previous: [id(index)], current: [id(index + 1)], occurredAt: new Date(index) } as const
      await account.upsertConversationWithEvents({ ...customer, events: [notice] })
    }
    equal((await account.findByOaAndCustomer(customer))?.identities.length, limits.identitiesOfPerson)
  },
  async 'limits.kindBytes'(room) {
    const named = (customerId: string, isMore: boolean) => [{ id: customerId, kind: 'k'.repeat(limits.kindBytes + Number(isMore)) }]
    const write = (isMore: boolean) => {
      const customer = newCustomer()
      return room.account('kinds').upsertConversation({ ...customer, identities: named(customer.customerId, isMore) })
    }
    equal((await write(false)).outcome, 'created')
    await refuses(write(true), 'VALIDATION_FAILED')
    await holdsInSql(room, named)
  },
}

async function holdsInSql({ sql }: Room, named: (customerId: string, isMore: boolean) => object): Promise<void> {
  if (sql === null) return
  const write = (isMore: boolean) => {
    const { oaId, customerId } = newCustomer()
    const item = { account_id: 'by sql', oa_id: oaId, customer_id: customerId, identities: named(customerId, isMore) }
    return sql('upsert_conversation_with_events', item)
  }
  await write(false)
  await rejects(write(true), /identities: /)
}
