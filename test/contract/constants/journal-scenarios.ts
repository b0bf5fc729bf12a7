import { equal } from 'node:assert/strict'
import { changedConstants } from './changed-constants.js'
import { type Room, refuses } from './room.js'

const { limits, longestLeaseMs, longestRetentionMs, defaultTakenWebhooks } = changedConstants
const claim = { holder: 'a', claimMs: longestLeaseMs }

function keep(room: Room, accountId: string, more: object = {}) {
  return room.operator().keepWebhook({ accountId, channel: 'sms', body: '{}', retainMs: longestRetentionMs, ...claim, ...more })
}

/** Each scenario shows the number of one rule about leases and the journal of webhooks. */
export const journalScenarios: Readonly<Record<string, (room: Room) => Promise<void>>> = {
  async longestLeaseMs(room) {
    const acquire = (ttlMs: number) => room.account('leases').acquireLease({ kind: 'sync', key: `for ${ttlMs}`, holder: 'a', ttlMs })
    equal((await acquire(longestLeaseMs)).acquired, true)
    await refuses(acquire(longestLeaseMs + 1), 'VALIDATION_FAILED')
    if (room.lockBySql === null) return
    equal(await room.lockBySql(longestLeaseMs / 1_000), true)
    await refuses(room.lockBySql(longestLeaseMs / 1_000 + 1), '22023')
  },
  async 'limits.keptBodyBytes'(room) {
    const withBytes = (bytes: number) => keep(room, 'bodies', { body: 'x'.repeat(bytes) })
    equal((await withBytes(limits.keptBodyBytes)).token, 1)
    await refuses(withBytes(limits.keptBodyBytes + 1), 'PAYLOAD_TOO_LARGE')
  },
  async longestRetentionMs(room) {
    equal((await keep(room, 'retained')).token, 1)
    await refuses(keep(room, 'retained', { retainMs: longestRetentionMs + 1 }), 'VALIDATION_FAILED')
  },
  async 'limits.takenWebhooks'(room) {
    const take = (limit: number) => room.operator().takeWebhooks({ accountId: 'taken', limit, ...claim })
    equal((await take(limits.takenWebhooks)).length, 0)
    await refuses(take(limits.takenWebhooks + 1), 'VALIDATION_FAILED')
  },
  async defaultTakenWebhooks(room) {
    const ids: string[] = []
    for (let index = 0; index <= defaultTakenWebhooks; index++) {
      const { id, token } = await keep(room, 'by default')
      await room.operator().settleWebhook({ accountId: 'by default', id, token, outcome: 'ingested', report: {} })
      ids.push(id)
    }
    equal((await room.operator().takeWebhooks({ accountId: 'by default', ids, ...claim })).length, defaultTakenWebhooks)
  },
}
