import { compositeKey as key } from '../../model/composite-key.js'
import { doublesOf } from '../../model/planning/fold-doubles.js'
import { storedParts } from '../../model/planning/merged-parts.js'
import type { MessageRow } from '../../model/planning/rows.js'
import type { World } from '../../model/planning/world.js'
import type { Need } from './needs.js'
import type { RowTable } from './row-table.js'

/** What a loaded world answers of copies of messages, for which it asks all at once. */
export function loadedCopies(
  messages: RowTable<MessageRow>,
  requireAll: (needs: readonly Need[]) => void,
): Pick<World, 'messagesByMessageId' | 'doubles' | 'commonMessages'> {
  return {
    messagesByMessageId(scopes, ids) {
      const needs = scopes.flatMap((contactInboxId) =>
        ids.map((value) => ({ what: 'message by message id', contactInboxId, value }) as const),
      )
      requireAll(needs)
      return needs.flatMap(({ contactInboxId, value }) => messages.having(key('message', contactInboxId, value)))
    },
    doubles(scopes) {
      if (scopes.length > 1) requireAll([{ what: 'doubles', scopes }])
      return doublesOf(scopes.map((scope) => messages.having(key('of', scope))))
    },
    commonMessages(kept, lost) {
      requireAll([{ what: 'common messages', kept, lost }])
      return [kept, lost].flatMap(storedParts).flatMap(({ id }) => messages.having(key('in', id)))
    },
  }
}
