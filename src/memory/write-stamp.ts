import type { ChangeStamp } from '../model/planning/change-conversation.js'
import type { WriteStamp } from '../store/adapter.js'
import { resentAfter } from '../store/first-sending.js'

/** Makes the stamp of a write. The database's clock is the clock of this process. */
export function stampOf({ operationId, now, firstSentAt }: WriteStamp): ChangeStamp {
  const serverNow = new Date()
  return { operationId, now: new Date(now ?? serverNow), serverNow, resentAfter: resentAfter(firstSentAt) }
}
