import { equal } from 'node:assert/strict'
import { changedConstants } from './changed-constants.js'
import { type Room, refuses } from './room.js'

const { limits, defaultSyncRetentionMs, pushedHistoryMs, removedSyncSessions } = changedConstants
const oaId = 'page'
const source = 'export'

/** Each scenario shows the number of one rule about the sessions of syncs. */
export const syncScenarios: Readonly<Record<string, (room: Room) => Promise<void>>> = {
  async 'limits.syncCursorBytes'(room) {
    const account = room.account('cursors')
    const { sessionId } = await account.beginSync({ oaId, source })
    const write = (bytes: number) =>
      account.writeSyncPage({ sessionId, expectedPages: 0, conversations: [], phase: 'list', cursor: 'x'.repeat(bytes) })
    await refuses(write(limits.syncCursorBytes + 1), 'PAYLOAD_TOO_LARGE')
    equal((await write(limits.syncCursorBytes)).session.pages, 1)
  },
  async defaultSyncRetentionMs(room) {
    let now = Date.UTC(2024, 4, 2)
    const account = room.account('retained', () => new Date(now))
    const sessions = async () => (await account.listSyncSessions()).items.length
    await account.beginSync({ oaId, source })
    await account.beginSync({ oaId, source })
    now += defaultSyncRetentionMs - 1
    await account.beginSync({ oaId, source })
    equal(await sessions(), 3)
    now += 1
    await account.beginSync({ oaId, source })
    equal(await sessions(), 3)
  },
  async pushedHistoryMs(room) {
    let now = Date.UTC(2024, 4, 2)
    const account = room.account('pushed', () => new Date(now))
    await account.connectInbox({ oaId, channel: 'whatsapp' })
    const { sessionId } = await account.beginSync({ oaId, source, origin: 'pushed' })
    const status = async () => (await account.findSyncSession({ sessionId }))?.status
    now += pushedHistoryMs - 1
    await account.sweep()
    equal(await status(), 'running')
    now += 1
    await account.sweep()
    equal(await status(), 'failed')
  },
  async removedSyncSessions(room) {
    let now = Date.UTC(2024, 4, 2)
    const account = room.account('removed', () => new Date(now))
    const sessions = async () => (await account.listSyncSessions({ limit: limits.pageItems })).items.length
    for (let index = 0; index < removedSyncSessions + 3; index++) await account.beginSync({ oaId, source })
    now += 1_000
    await account.beginSync({ oaId, source, retainMs: 1 })
    equal(await sessions(), 4)
  },
}
