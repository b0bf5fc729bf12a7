import type { ChangeStamp } from '../model/planning/change-conversation.js'
import type { WriteStamp } from '../store/adapter.js'

/** The process's clock is the database's own. */
export function stampOf({ operationId, now, resentAfter }: WriteStamp): ChangeStamp {
  const serverNow = new Date()
  return { operationId, now: new Date(now ?? serverNow), serverNow, resentAfter }
}
