import { deepEqual, equal } from 'node:assert/strict'
import { changedConstants } from './changed-constants.js'
import { newCustomer, type Room, refuses } from './room.js'

const { limits, waitingEventMs, removedByOneWrite, defaultSweepEvents } = changedConstants

const reactions = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ type: 'reaction' as const, targetMessageId: `m${from + index}`, emoji: '👍' }))
const said = (messageId: string) => ({ type: 'message' as const, messageId, text: 'x' })

/** Each scenario shows the number of one rule about the events that wait. */
export const waitingScenarios: Readonly<Record<string, (room: Room) => Promise<void>>> = {
  async 'limits.waitingEvents'(room) {
    const { write, waiting } = waitingUnder(room, 'bound')
    await write(...reactions(0, 9))
    await write(...reactions(9, 9))
    equal((await waiting()).length, limits.waitingEvents)
  },
  async waitingEventMs(room) {
    const { account, clock, write, waiting } = waitingUnder(room, 'age')
    await write(...reactions(1, 2))
    clock.now += waitingEventMs - 1
    deepEqual(await account.sweep(), { expiredEvents: 0, more: false })
    await write(said('m1'))
    deepEqual((await account.findMessage({ ...clock.customer, messageId: 'm1' }))?.reactions.length, 1)
    clock.now += 1
    await write(said('m2'))
    deepEqual((await account.findMessage({ ...clock.customer, messageId: 'm2' }))?.reactions, [])
    await write(...reactions(3, 1))
    clock.now += waitingEventMs
    deepEqual(await account.sweep(), { expiredEvents: 1, more: false })
    deepEqual(await waiting(), [])
  },
  async removedByOneWrite(room) {
    const { clock, write, waiting } = waitingUnder(room, 'some')
    await write(...reactions(0, removedByOneWrite + 3))
    clock.now += waitingEventMs
    await write(said('other'))
    equal((await waiting()).length, 3)
  },
  async 'limits.sweepEvents'(room) {
    const account = room.account('sweep limits')
    equal((await account.sweep({ limit: limits.sweepEvents })).expiredEvents, 0)
    await refuses(account.sweep({ limit: limits.sweepEvents + 1 }), 'VALIDATION_FAILED')
  },
  async defaultSweepEvents(room) {
    const { account, clock, write } = waitingUnder(room, 'sweep')
    await write(...reactions(0, defaultSweepEvents + 1))
    clock.now += waitingEventMs
    deepEqual(await account.sweep(), { expiredEvents: defaultSweepEvents, more: true })
    deepEqual(await account.sweep(), { expiredEvents: 1, more: false })
  },
}

function waitingUnder(room: Room, accountId: string) {
  const customer = newCustomer()
  const clock = { now: Date.UTC(2026, 0, 1), customer }
  const account = room.account(accountId, () => new Date(clock.now))
  return {
    account,
    clock,
    write: (...events: readonly (ReturnType<typeof said> | ReturnType<typeof reactions>[number])[]) =>
      account.upsertConversationWithEvents({ ...customer, events }),
    waiting: async () => (await room.backend.raw.events(accountId)).filter((row) => row.conversation_id === null),
  }
}
