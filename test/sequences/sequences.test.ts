import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../src/contract/index.js'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { fourBackends } from '../webhooks/backends.js'
import { checkPeople } from './found-people.js'
import { play } from './play.js'
import { readSequence, sequenceNames } from './sequence.js'

const now = new Date('2027-06-01T12:00:00.000Z').getTime()

describe.each(fourBackends)('what arrives in a sequence leaves the people that it must, on $name', ({ isAbsent, open }) => {
  let backend: ContractBackend
  let store: ConversationStore
  let time = now
  beforeAll(async () => {
    if (isAbsent) return
    backend = await open()
    store = createConversationStore({ adapter: backend.createAdapter(), clock: () => new Date(++time) })
  })
  afterAll(async () => backend?.close())

  test.skipIf(isAbsent).each(sequenceNames)('%s', async (name) => {
    const sequence = readSequence(name)
    const accountId = `account of ${name}`
    await play(store, accountId, sequence)
    await checkPeople(store.forAccount(accountId), sequence)
    const events = await backend.raw.events(accountId)
    expect(events.filter(({ conversation_id }) => conversation_id === null)).toEqual([])
  })
})
