import { createConversationStore, isConversationStoreError } from '../../src/index.js'
import { acquireSyncLock, type SyncLock } from '../../src/sync/index.js'

/**
 * A process that wants the lock of one inbox's sync several times at once whenever its parent says so, and tells what
 * each attempt got. It releases what it got when its parent says so. Its clock may be wrong by some minutes.
 */
const [url = '', shiftMs = '0'] = process.argv.slice(2)
const store = createConversationStore({ url, clock: () => new Date(Date.now() + Number(shiftMs)) })
const account = store.forAccount('acme')
let held: SyncLock | null = null

async function start(owner: string): Promise<{ readonly owner: string; readonly token: number } | { readonly lockedBy: string }> {
  try {
    held = await acquireSyncLock(account, { oaId: 'page', owner })
    return { owner, token: held.token }
  } catch (error) {
    if (!isConversationStoreError(error, 'SYNC_IN_PROGRESS')) throw error
    return { lockedBy: error.details.lockedBy }
  }
}

process.on('message', async (asked: { readonly do: 'start' | 'release'; readonly starters: number }) => {
  if (asked.do === 'start') {
    const owners = Array.from({ length: asked.starters }, (_, index) => `process ${process.pid}, ${index}`)
    process.send?.(await Promise.all(owners.map(start)))
    return
  }
  await held?.release()
  held = null
  process.send?.([])
})
process.on('disconnect', () => void store.close())
